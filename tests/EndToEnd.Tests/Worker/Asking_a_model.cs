using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Woflo.Application.Tests.Enrichment;
using Woflo.Domain.Enrichment;
using static Woflo.EndToEnd.Tests.AShop;

namespace Woflo.EndToEnd.Tests.Worker;

public sealed class Asking_a_model
{
    private const int Kill = 9;

    [Fact(Timeout = 120_000)]
    public async Task killed_in_the_middle_of_a_call_a_worker_costs_that_call_and_another_worker_makes_one_more()
    {
        // Kestrel would take assemblies out of this folder that the programs need.
        using var provider = new HttpListener();
        var url = $"http://127.0.0.1:{FreePort()}/";
        provider.Prefixes.Add(url);
        provider.Start();
        await using var shop = await AShop.Open();
        var workOrder = await shop.WorkOrder(WrittenAnswers.Notes);
        var job = await shop.Enqueue("ai_enrich", new { work_order_id = workOrder, pipeline = "risk" });
        (string, string)[] settings =
            [("ANTHROPIC_API_KEY", "s3cret-k3y"), ("ANTHROPIC_BASE_URL", url), ("WOFLO_LEASE_SECONDS", "10"), ("WOFLO_JOB_TYPES", "ai_enrich"), ("WOFLO_LOG_LEVEL", "debug")];
        var first = shop.Worker(settings: settings);
        var unanswered = await provider.GetContextAsync().WaitAsync(Cancellation);
        first.Signal(Kill);
        Assert.Equal(128 + Kill, await first.Exit(Cancellation));

        unanswered.Response.Abort();

        var second = shop.Worker(settings: settings);
        await Say(await provider.GetContextAsync().WaitAsync(Cancellation), WrittenAnswers.Good[EnrichmentStep.Risk]);
        await second.Event("job_processing_succeeded", Cancellation);
        Assert.Equal("lost,accepted", await shop.One<string>("select string_agg(outcome, ',' order by created_at) from woflo.ai_calls"));
        Assert.True(await shop.One<bool>("select d.tokens = c.reserved_tokens + 150 from woflo.ai_days d, woflo.ai_calls c where c.outcome = 'lost'"));
        Assert.Equal("anthropic", await shop.One<string>($"select provider from ai_jobs where work_order_id = '{workOrder}' and status = 'succeeded'"));
        Assert.Equal("succeeded", await shop.One<string>($"select status from job_queue where id = '{job}'"));
        // Neither the key nor a word of notes or answers is in any line.
        Assert.All(first.Output.Concat(second.Output), line =>
        {
            Assert.DoesNotContain("s3cret", line, StringComparison.Ordinal);
            Assert.DoesNotContain("brake chamber", line, StringComparison.Ordinal);
        });
    }

    private static async Task Say(HttpListenerContext http, string text)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new
        {
            id = "msg_1",
            type = "message",
            role = "assistant",
            model = "m",
            content = new[] { new { type = "text", text } },
            stop_reason = "end_turn",
            stop_sequence = (string?)null,
            usage = new { input_tokens = 100, output_tokens = 50 },
        });
        http.Response.ContentType = "application/json";
        await http.Response.OutputStream.WriteAsync(body, Cancellation);
        http.Response.Close();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
