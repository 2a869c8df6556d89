using System.Text.Json.Nodes;
using static Woflo.EndToEnd.Tests.AShop;

namespace Woflo.EndToEnd.Tests.Worker;

public sealed class Planning
{
    [Fact(Timeout = 120_000)]
    public async Task stores_a_plan_that_the_api_finds_by_its_joins()
    {
        await using var shop = await AShop.Open();
        await shop.Crowd(tasks: 6);
        await shop.Execute(
            $"insert into tasks (org_id, work_order_id, type, status, duration_minutes_low, duration_minutes_high) select '{shop.Org}', id, 'paperwork', 'todo', 10, 10 from work_orders limit 1");
        var run = await shop.Run();
        var job = await shop.EnqueuePlan(run);
        Assert.Equal(0, await shop.Worker(["--drain"]).Exit(Cancellation));

        Assert.Equal("succeeded attempts=1 rescues=0 deferrals=0 unlocked", await shop.Summary(job));
        Assert.Equal(7, await shop.One<long>(
            $"""
            select count(*) from schedule_items i
              join tasks t on t.id = i.task_id join technicians n on n.id = i.technician_id join bays b on b.id = i.bay_id
             where i.schedule_run_id = '{run}' and i.org_id = '{shop.Org}' and t.status = 'scheduled' and i.start_at < i.end_at
               and i.why ->> 'reason' = 'optimized' and (b.is_active or i.why ->> 'bay' = 'not_needed')
            """));
        Assert.True(await shop.One<bool>(
            $"""
            select status = 'succeeded' and task_count = 7 and locked_task_count = 0 and solver_wall_time_ms > 0 and solver_status in ('OPTIMAL', 'FEASIBLE')
                   and objective_value = (objective_breakdown ->> 'total_penalty')::int
                   and 0 <= all (array(select (objective_breakdown ->> key)::int from unnest(array[
                     'due_date_penalty', 'priority_penalty', 'skill_mismatch_penalty', 'parts_not_ready_penalty', 'left_out_penalty']) key))
              from schedule_runs where id = '{run}'
            """));
        var details = JsonNode.Parse(await shop.One<string>($"select details::text from schedule_runs where id = '{run}'"))!;
        Assert.Equal("afresh", (string)details["way"]!);
        // What the tasks cost is what the plan costs.
        Assert.True(await shop.One<bool>(
            $"""
            select bool_and((r.objective_breakdown ->> (c.key || '_penalty'))::bigint = c.value)
              from schedule_runs r cross join lateral (
                select p.key, sum(p.value::bigint) as value from schedule_items i, jsonb_each_text(i.why -> 'penalty_contributions') p
                 where i.schedule_run_id = r.id group by p.key) c
             where r.id = '{run}' and r.objective_breakdown ->> 'left_out_penalty' = '0'
            """));
        Assert.NotEqual(0, await shop.One<long>("select count(*) from schedule_items where why -> 'alternative' ? 'cost_difference'"));
        Assert.Empty(details["left_out"]!.AsArray());
        Assert.Equal(3, (int)details["objective"]!["commitment_factor"]!);
    }

    [Fact(Timeout = 180_000)]
    public async Task of_one_shop_is_done_by_one_worker_at_a_time()
    {
        await using var shop = await AShop.Open();
        await shop.Crowd(tasks: 10);
        // None covers the one before it.
        foreach (var days in (int[])[8, 7, 6, 5])
            await shop.EnqueuePlan(await shop.Run(days), timeLimitSeconds: 1);
        var workers = new[] { shop.Worker(["--drain"]), shop.Worker(["--drain"]) };
        foreach (var worker in workers)
            Assert.Equal(0, await worker.Exit(Cancellation));
        Assert.Equal(4, await shop.One<long>("select count(*) from job_queue where status = 'succeeded' and attempts = 1"));
        Assert.Equal(4, await shop.One<long>("select count(*) from schedule_runs where status = 'succeeded' and task_count = 10"));
        Assert.Equal(0, await shop.One<long>(
            "select count(*) from job_queue a join job_queue b on a.id < b.id where tstzrange(a.claimed_at, a.updated_at) && tstzrange(b.claimed_at, b.updated_at)"));
        Assert.Equal(10, await shop.One<long>("select count(*) from tasks where status = 'scheduled'"));
    }

    [Fact(Timeout = 120_000)]
    public async Task leaves_out_runs_that_a_newer_one_makes_needless()
    {
        await using var shop = await AShop.Open();
        await shop.Crowd(tasks: 4);
        var (older, narrower, newer) = (await shop.Run(5, "auto_parts"), await shop.Run(7, "auto_callout"), await shop.Run(6, "auto_hot_job"));
        foreach (var run in (Guid[])[older, narrower, newer])
            await shop.EnqueuePlan(run);
        var worker = shop.Worker(["--drain"]);
        Assert.Equal(0, await worker.Exit(Cancellation));
        Assert.Equal(3, await shop.One<long>("select count(*) from job_queue where status = 'succeeded' and attempts = 1"));
        Assert.Equal("canceled", await shop.One<string>($"select status from schedule_runs where id = '{older}'"));
        Assert.Equal(newer, await shop.One<Guid>($"select (details ->> 'superseded_by')::uuid from schedule_runs where id = '{older}'"));
        Assert.Equal(newer, Assert.Single(worker.Events("schedule_run_superseded")).GetProperty("superseded_by").GetGuid());
        Assert.Equal(2, await shop.One<long>($"select count(*) from schedule_runs where status = 'succeeded' and details ->> 'way' = 'repair' and id <> '{older}'"));
        Assert.Equal(0, await shop.One<long>($"select count(*) from schedule_items where schedule_run_id = '{older}'"));
    }

    [Fact(Timeout = 120_000)]
    public async Task writes_nothing_once_its_run_was_called_off()
    {
        await using var shop = await AShop.Open();
        await shop.Crowd(tasks: 4);
        await using var hold = await shop.HoldUp("bays");
        var job = await shop.EnqueuePlan();
        var worker = shop.Worker(["--drain"]);
        await hold.UntilSomebodyWaits();
        await shop.Execute("update schedule_runs set status = 'canceled' where status = 'running'");
        await hold.DisposeAsync();
        Assert.Equal(0, await worker.Exit(Cancellation));
        Assert.Equal("succeeded attempts=1 rescues=0 deferrals=0 unlocked", await shop.Summary(job));
        Assert.Equal("canceled", await shop.One<string>("select status from schedule_runs"));
        Assert.Equal(0, await shop.One<long>("select count(*) from schedule_items"));
        Assert.Equal(0, await shop.One<long>("select count(*) from tasks where status = 'scheduled'"));
    }

    [Fact(Timeout = 180_000)]
    public async Task goes_by_what_people_did_while_it_searched()
    {
        await using var shop = await AShop.Open();
        await shop.Crowd(tasks: 80);
        // All are late whatever is done, so that there is something to search for.
        await shop.Execute("update work_orders set due_date = current_date - 2");
        var job = await shop.EnqueuePlan(timeLimitSeconds: 8);
        var worker = shop.Worker(["--drain"], null, ("WOFLO_LEASE_SECONDS", "12"));
        await shop.Until($"(select progress ->> 'stage' is not null from job_queue where id = '{job}')");
        // As the API replaces a plan of tasks: it deletes the old ones.
        await shop.Execute(
            $"""
            delete from tasks where id in (select id from tasks order by id limit 3);
            update tasks set status = 'done' where id in (select id from tasks order by id limit 2);
            delete from technicians where name = 'Technician 1';
            update bays set is_active = false where name = 'Bay 1';
            update tasks set lock_flag = true, locked_tech_id = (select id from technicians where name = 'Technician 2'),
                   locked_start_at = date_trunc('minute', now()) + interval '2 hours' where id = (select max(id::text)::uuid from tasks);
            insert into tasks (org_id, work_order_id, type, status, duration_minutes_low, duration_minutes_high, required_skill, required_skill_is_hard)
            select org_id, id, 'cleanup', 'todo', 10, 10, null, false from work_orders order by id limit 1;
            """);
        Assert.Equal(0, await worker.Exit(Cancellation));
        Assert.Equal("succeeded", await shop.Status(job));
        Assert.Null(await shop.Database.Scalar<string>("select progress::text from job_queue", Cancellation));
        Assert.Equal(0, await shop.One<long>(
            "select count(*) from schedule_items i join tasks t on t.id = i.task_id join bays b on b.id = i.bay_id where t.status = 'done' or not b.is_active"));
        Assert.Equal(1, await shop.One<long>(
            """
            select count(*) from schedule_items i join tasks t on t.id = i.task_id
             where t.lock_flag and i.is_locked and i.start_at = t.locked_start_at and i.technician_id = t.locked_tech_id
            """));
        // The horizon has room for all, so all that could be done is in the plan: it was repaired, not thinned out.
        Assert.Equal(76, await shop.One<long>("select count(*) from schedule_items i join tasks t on t.id = i.task_id where t.status = 'scheduled'"));
        Assert.Equal(1, await shop.One<long>("select count(*) from schedule_runs where details ->> 'notes' like '%repaired%' and task_count = 76"));
    }
}
