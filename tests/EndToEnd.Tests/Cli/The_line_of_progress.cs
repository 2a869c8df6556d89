using Woflo.Application.Jobs;
using Woflo.Cli.Demo;

namespace Woflo.EndToEnd.Tests.Cli;

public sealed class The_line_of_progress
{
    [Fact]
    public void counts_this_work_only()
    {
        QueueCount[] before = [new("succeeded", "ai_enrich", 10), new("failed", "ai_enrich", 1)];
        QueueCount[] now = [new("succeeded", "ai_enrich", 14), new("failed", "ai_enrich", 1), new("queued", "ai_enrich", 3), new("running", "schedule_run", 1)];

        Assert.Equal("4 of 8 jobs done, 1 running, 3 waiting, 1:07", Progress.Line(before, now, TimeSpan.FromSeconds(67.9)));
    }

    [Fact]
    public void names_failures() =>
        Assert.Equal("1 of 1 jobs done, 0 running, 0 waiting, 1 failed, 0:02",
            Progress.Line([], [new QueueCount("failed", "schedule_run", 1)], TimeSpan.FromSeconds(2)));
}
