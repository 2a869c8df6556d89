using System.Text.Json;
using Woflo.TestKit;
using static Woflo.EndToEnd.Tests.Cli.Looking_after_the_queue;

namespace Woflo.EndToEnd.Tests.Cli;

public sealed class Enriching_by_hand
{
    private const string Notes = "Brake pedal to the floor, SPN 4364 FMI 18. Call (512) 555-0142.";

    [Fact(Timeout = 60_000)]
    public async Task enrich_shows_what_is_read_and_found_without_a_database()
    {
        var said = await Says(0, "", "enrich", "--text", Notes);
        Assert.DoesNotContain("555", said, StringComparison.Ordinal);
        Assert.Contains("classify (confidence ", said, StringComparison.Ordinal);
        Assert.Contains("oos_risk: likely", said, StringComparison.Ordinal);
        var json = JsonDocument.Parse(await Says(0, "", "enrich", "--text", Notes, "--json")).RootElement;
        Assert.Equal(4, json.GetProperty("steps").GetArrayLength());
        await Complains(2, "--text or --work-order", "", "enrich");
    }

    [Fact(Timeout = 60_000)]
    public async Task fault_codes_have_the_operators_names_in_the_worker_and_by_hand()
    {
        await using var shop = await AShop.Open();
        var path = Path.Combine(Path.GetTempPath(), $"woflo-{Guid.NewGuid():N}.csv");
        try
        {
            await File.WriteAllTextAsync(path, "spn,520372,Fan drive oil temperature,cooling\n", AShop.Cancellation);
            await using (var cli = WofloProcess.Cli("", [("WOFLO_FAULT_CODES", path)], "enrich", "--text", "SPN 520372 FMI 4"))
            {
                Assert.Equal(0, await cli.Exit(AShop.Cancellation));
                Assert.Contains("Fan drive oil temperature", string.Join('\n', cli.Output), StringComparison.Ordinal);
            }
            var workOrder = await shop.WorkOrder("SPN 520372 FMI 4");
            await shop.Enqueue("ai_enrich", new { work_order_id = workOrder });
            Assert.Equal(0, await shop.Worker(["--drain"], null, ("WOFLO_FAULT_CODES", path)).Exit(AShop.Cancellation));
            Assert.Equal("Fan drive oil temperature", await shop.One<string>(
                $"select result #>> '{{fault_codes,0,name}}' from ai_results where work_order_id = '{workOrder}' and result ? 'fault_codes'"));

            await File.WriteAllTextAsync(path, "spn,520372\n", AShop.Cancellation);
            var worker = shop.Worker(["--drain"], null, ("WOFLO_FAULT_CODES", path));
            Assert.Equal(2, await worker.Exit(AShop.Cancellation));
            var error = Assert.Single(worker.Events("worker_fatal_error")).GetProperty("error").GetString();
            Assert.StartsWith($"WOFLO_FAULT_CODES: '{path}', line 1: expected kind,number,name", error, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task enrich_of_a_work_order_writes_nothing_and_apply_makes_tasks_of_the_stored_plan_once()
    {
        await using var shop = await AShop.Open();
        var workOrder = await shop.WorkOrder(Notes);
        Assert.Contains("brakes", await Says(0, shop.Url, "enrich", "--work-order", workOrder.ToString()), StringComparison.Ordinal);
        Assert.Equal(0, await shop.One<long>("select (select count(*) from ai_jobs) + (select count(*) from tasks)"));
        await Complains(1, "no work order", shop.Url, "enrich", "--work-order", Guid.NewGuid().ToString());
        await Complains(1, "no plan", shop.Url, "enrich", "apply", workOrder.ToString());

        await shop.Enqueue("ai_enrich", new { work_order_id = workOrder });
        Assert.Equal(0, await shop.Worker(["--drain"]).Exit(AShop.Cancellation));
        Assert.Contains("tasks added", await Says(0, shop.Url, "enrich", "apply", workOrder.ToString()), StringComparison.Ordinal);
        Assert.Equal("diagnose,repair,qa_test,road_test,paperwork", await shop.One<string>(
            $"select string_agg(type, ',' order by created_at) from tasks where work_order_id = '{workOrder}' and status = 'todo' and duration_minutes_low > 0"));
        await Complains(1, "has 5 tasks already", shop.Url, "enrich", "apply", workOrder.ToString());
    }

    [Fact(Timeout = 60_000)]
    public async Task usage_adds_up_what_was_spent_and_what_is_still_set_aside()
    {
        await using var shop = await AShop.Open();
        Assert.Contains("No language model was called", await Says(0, shop.Url, "usage"), StringComparison.Ordinal);
        await shop.Execute($"""
            insert into woflo.ai_calls (org_id, day, job_id, work_order_id, step, provider, model, prompt_version, purpose, request_hash,
                                        reserved_tokens, reserved_micros, outcome, input_tokens, output_tokens, cost_micros)
            select '{shop.Org}', (now() at time zone 'utc')::date, gen_random_uuid(), gen_random_uuid(), 'risk', 'anthropic', 'm', 'risk-1', 'first', '\x00',
                   9000, 90000, outcome, input, output, cost
              from (values ('accepted', 100, 50, 4200), (null, null, null, null), ('rate_limited', null, null, 0)) v (outcome, input, output, cost)
            """);
        var line = Assert.Single(JsonDocument.Parse(await Says(0, shop.Url, "usage", "--org", shop.Org.ToString(), "--json")).RootElement.GetProperty("lines").EnumerateArray());
        Assert.Equal((3, 1, 9150, 0.0942m), (
            line.GetProperty("calls").GetInt32(), line.GetProperty("unanswered").GetInt32(), line.GetProperty("tokens").GetInt32(), line.GetProperty("cost").GetDecimal()));
        Assert.Contains("Together: 3 calls, 9150 tokens, 0.0942", await Says(0, shop.Url, "usage"), StringComparison.Ordinal);
    }
}
