using Npgsql;
using Woflo.Application.Jobs;
using Woflo.Domain.Jobs;
using Woflo.Infrastructure.Postgres.Jobs;

namespace Woflo.Infrastructure.Tests.Jobs;

public sealed class Enqueueing
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task writes_what_the_api_would()
    {
        await using var queue = await AQueue.Create();
        var job = await Enqueue(queue.Intake(), new EnqueueJob(queue.Org, JobTypes.ScheduleRun, """{"a": 1}""", MaxAttempts: 1, TimeSpan.FromHours(1)));
        Assert.False(job.WasThere);
        Assert.True(await queue.One<bool>(
            """
            select org_id = @Org and type = 'schedule_run' and payload = '{"a": 1}' and status = 'queued' and max_attempts = 1 and attempts = 0
                   and run_after = created_at + interval '1 hour'
              from job_queue where id = @Id
            """, new { queue.Org, job.Id }));
    }

    [Fact]
    public async Task of_a_list_keeps_its_order()
    {
        await using var queue = await AQueue.Create();
        var jobs = await queue.Intake().Enqueue([.. Enumerable.Range(0, 200).Select(_ => Job(queue))], Cancellation);
        Assert.Equal(jobs.Select(job => job.Id), await queue.One<Guid[]>("select array_agg(id order by run_after, created_at, id) from job_queue"));
    }

    [Fact]
    public async Task under_one_key_by_fifty_at_once_makes_one_job_and_tells_all_of_it()
    {
        await using var queue = await AQueue.Create();
        var intake = queue.Intake();
        var jobs = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => Enqueue(intake, Job(queue, "k")), Cancellation)));
        Assert.Single(jobs, job => !job.WasThere);
        Assert.Equal(jobs[0].Id, Assert.Single(jobs.Select(job => job.Id).Distinct()));
        Assert.Equal(jobs[0].Id, await queue.One<Guid>("select id from job_queue"));
    }

    [Fact]
    public async Task waits_for_another_that_has_not_committed_and_answers_with_its_job()
    {
        await using var queue = await AQueue.Create();
        await using var first = await queue.Open();
        await using var transaction = await first.BeginTransactionAsync(Cancellation);
        var job = (await EnqueueStore.Enqueue(first, [Job(queue, "k")], Cancellation))[0];
        var second = Enqueue(queue.Intake(), Job(queue, "k"));
        await UntilItWaits(second, queue);
        await transaction.CommitAsync(Cancellation);
        Assert.Equal(job with { WasThere = true }, await second);
    }

    // By the second's first statement the first's job was queued; by the time the lock is given, it has been done.
    [Fact]
    public async Task after_waiting_sees_what_was_committed_meanwhile()
    {
        await using var queue = await AQueue.Create();
        var held = await Enqueue(queue.Intake(), Job(queue, "k"));
        await using var first = await queue.Open();
        await using var transaction = await first.BeginTransactionAsync(Cancellation);
        await EnqueueStore.Enqueue(first, [Job(queue, "k")], Cancellation);
        await using (var done = new NpgsqlCommand("update job_queue set status = 'succeeded'", first))
            await done.ExecuteNonQueryAsync(Cancellation);
        var second = Enqueue(queue.Intake(), Job(queue, "k"));
        await UntilItWaits(second, queue);
        await transaction.CommitAsync(Cancellation);
        Assert.False((await second).WasThere);
        Assert.NotEqual(held.Id, (await second).Id);
    }

    [Fact]
    public async Task leaves_neither_key_nor_job_where_it_is_killed_and_lets_the_next_one_in()
    {
        await using var queue = await AQueue.Create();
        await using var first = await queue.Open();
        await using var transaction = await first.BeginTransactionAsync(Cancellation);
        var lost = (await EnqueueStore.Enqueue(first, [Job(queue, "k")], Cancellation))[0];
        var second = Enqueue(queue.Intake(), Job(queue, "k"));
        await UntilItWaits(second, queue);
        await queue.One<bool>("select pg_terminate_backend(@ProcessID)", new { first.ProcessID });
        var job = await second;
        Assert.False(job.WasThere);
        Assert.NotEqual(lost.Id, job.Id);
        Assert.Equal(job.Id, await queue.One<Guid>("select id from job_queue"));
        Assert.Equal(job.Id, await queue.One<Guid>("select job_id from woflo.unique_jobs"));
    }

    [Theory]
    [InlineData("queued", 0, true), InlineData("running", 0, true), InlineData("succeeded", 0, false), InlineData("failed", 0, false)]
    [InlineData("queued", 60, true), InlineData("running", 60, true), InlineData("succeeded", 60, true), InlineData("failed", 60, true)]
    public async Task under_a_key_answers_with_the_first_while_it_is_to_be_done_and_until_the_window_ends(string status, int windowSeconds, bool wasThere)
    {
        await using var queue = await AQueue.Create();
        var intake = queue.Intake();
        var first = await Enqueue(intake, Job(queue, "k", windowSeconds));
        await queue.Execute("update job_queue set status = @status", new { status });
        var second = await Enqueue(intake, Job(queue, "k", windowSeconds));
        Assert.Equal((wasThere, wasThere), (second.WasThere, second.Id == first.Id));
        Assert.Equal(wasThere ? 1 : 2, await queue.One<int>("select count(*) from job_queue"));
    }

    [Fact]
    public async Task under_a_key_whose_window_is_over_or_whose_job_is_gone_takes_the_key_over()
    {
        await using var queue = await AQueue.Create();
        var intake = queue.Intake();
        await Enqueue(intake, Job(queue, "k", windowSeconds: 60));
        await queue.Execute("update job_queue set status = 'succeeded'; update woflo.unique_jobs set until = now()");
        var second = await Enqueue(intake, Job(queue, "k", windowSeconds: 60));
        Assert.False(second.WasThere);
        Assert.True(await queue.One<bool>("select job_id = @Id and until > now() + interval '50 seconds' from woflo.unique_jobs", new { second.Id }));
        await queue.Execute("delete from job_queue; update woflo.unique_jobs set until = now()");
        Assert.False((await Enqueue(intake, Job(queue, "k"))).WasThere);
    }

    [Fact]
    public async Task under_a_key_of_another_organisation_or_type_is_something_else()
    {
        await using var queue = await AQueue.Create();
        var job = Job(queue, "k");
        var jobs = await queue.Intake().Enqueue([job, job with { OrgId = await queue.NewOrganisation() }, job with { Type = JobTypes.ScheduleRun }], Cancellation);
        Assert.DoesNotContain(jobs, enqueued => enqueued.WasThere);
        Assert.Equal(3, await queue.One<int>("select count(*) from job_queue"));
    }

    [Fact]
    public async Task of_a_key_twice_in_a_list_counts_once()
    {
        await using var queue = await AQueue.Create();
        var intake = queue.Intake();
        var there = await Enqueue(intake, Job(queue, "there"));
        var jobs = await intake.Enqueue([Job(queue, "k"), Job(queue), Job(queue, "there"), Job(queue, "k"), Job(queue)], Cancellation);
        Assert.Equal([false, false, true, true, false], jobs.Select(job => job.WasThere));
        Assert.Equal((there.Id, jobs[0].Id), (jobs[2].Id, jobs[3].Id));
        Assert.Equal(4, await queue.One<int>("select count(*) from job_queue"));
    }

    // Names that databases and programs like to sort differently, in lists that hold them in any order.
    [Fact]
    public async Task of_lists_with_keys_in_common_does_not_deadlock()
    {
        await using var queue = await AQueue.Create();
        string[] keys = [.. Enumerable.Range(0, 50).SelectMany(n => new[] { $"a{n}", $"B{n}", $"-c{n}", $"é{n}", $"\U0001F600{n}", $"\uffee{n}" })];
        var random = new Random(1);
        List<EnqueueJob>[] lists = [.. Enumerable.Range(0, 10).Select(_ => keys.OrderBy(_ => random.Next()).Select(key => Job(queue, key)).ToList())];
        var intake = queue.Intake();
        var answers = await Task.WhenAll(lists.Select(list => Task.Run(() => intake.Enqueue(list, Cancellation), Cancellation)));
        Assert.Equal(keys.Length, answers.Sum(answer => answer.Count(job => !job.WasThere)));
        Assert.Equal(keys.Length, await queue.One<int>("select count(*) from job_queue"));
    }

    [Fact]
    public async Task of_a_list_with_an_unknown_organisation_writes_nothing_and_names_it()
    {
        await using var queue = await AQueue.Create();
        var unknown = Guid.NewGuid();
        foreach (var wrong in new[] { Job(queue) with { OrgId = unknown }, Job(queue, "k") with { OrgId = unknown } })
        {
            var refusal = await Assert.ThrowsAsync<NoSuchOrganisationException>(() =>
                queue.Intake().Enqueue([Job(queue), Job(queue, "other"), wrong, Job(queue)], Cancellation));
            Assert.Equal(unknown, Assert.Single(refusal.OrgIds));
            Assert.Equal((0, 0), (await queue.One<int>("select count(*) from job_queue"), await queue.One<int>("select count(*) from woflo.unique_jobs")));
        }
    }

    [Fact]
    public async Task of_as_many_as_a_list_may_hold_is_one_statement_and_wakes_a_sleeping_worker()
    {
        await using var queue = await AQueue.Create();
        await queue.Store().Look(JobTypes.All, JobTypes.All, false, Cancellation);
        await queue.Execute("update woflo.workers set live_until = now() + interval '1 hour'");
        await using var listener = await queue.Open();
        var heard = 0;
        listener.Notification += (_, _) => heard++;
        await using (var listen = new NpgsqlCommand("listen woflo_job_queue", listener))
            await listen.ExecuteNonQueryAsync(Cancellation);
        var jobs = await queue.Intake().Enqueue([.. Enumerable.Repeat(Job(queue), EnqueueJobs.MaxJobs)], Cancellation);
        Assert.Equal(EnqueueJobs.MaxJobs, jobs.Select(job => job.Id).Distinct().Count());
        Assert.Equal(EnqueueJobs.MaxJobs, await queue.One<int>("select count(*) from job_queue where xmin = (select xmin from job_queue limit 1)"));
        Assert.True(await listener.WaitAsync(TimeSpan.FromSeconds(30), Cancellation));
        Assert.Equal(1, heard);
    }

    [Fact]
    public async Task forgets_keys_a_day_after_their_window_unless_their_job_is_to_be_done_or_they_are_in_use()
    {
        await using var queue = await AQueue.Create();
        var intake = queue.Intake();
        await intake.Enqueue([.. new[] { "gone", "done", "failed", "queued", "running", "recent", "in use" }.Select(key => Job(queue, key))], Cancellation);
        await queue.Execute(
            """
            update woflo.unique_jobs set until = now() - case key when 'recent' then interval '23 hours' else interval '25 hours' end;
            update job_queue set status = coalesce((select case when key in ('queued', 'running', 'failed') then key else 'succeeded' end
                                                      from woflo.unique_jobs where job_id = id), status);
            delete from job_queue where id = (select job_id from woflo.unique_jobs where key = 'gone')
            """);
        await using var other = await queue.Open();
        await using var transaction = await other.BeginTransactionAsync(Cancellation);
        await EnqueueStore.Enqueue(other, [Job(queue, "in use")], Cancellation);
        Assert.True(await queue.Keeper().PruneExpired(Cancellation));
        Assert.Equal("in use,queued,recent,running", await queue.One<string>("select string_agg(key, ',' order by key) from woflo.unique_jobs"));
    }

    private static EnqueueJob Job(AQueue queue, string? key = null, int windowSeconds = 0) => new(
        queue.Org, JobTypes.AiEnrich, "{}", UniqueKey: key, UniqueFor: key is null ? null : TimeSpan.FromSeconds(windowSeconds));

    private static async Task<EnqueuedJob> Enqueue(EnqueueStore intake, EnqueueJob job) => (await intake.Enqueue([job], Cancellation))[0];

    private static async Task UntilItWaits(Task task, AQueue queue)
    {
        while (!await queue.One<bool>("select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock')"))
        {
            Assert.False(task.IsCompleted);
            await Task.Delay(20, Cancellation);
        }
    }
}
