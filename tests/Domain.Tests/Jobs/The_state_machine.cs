using CsCheck;
using Woflo.Domain.Jobs;

namespace Woflo.Domain.Tests.Jobs;

/// <summary>Holds the entity and the drawing in docs/job-states.md together.</summary>
public sealed class The_state_machine
{
    private static readonly RetryPolicy Policy = RetryPolicy.Default;

    private static readonly IReadOnlyDictionary<string, Func<Job, Job>> Commands = new Dictionary<string, Func<Job, Job>>
    {
        ["claim"] = job => job.Claim(),
        ["complete"] = job => job.After(job.Complete()),
        ["fail"] = job => job.After(job.Fail(AJob.Failed(FailureClass.Transient), Policy)),
        ["fail for good"] = job => job.After(job.Fail(AJob.Failed(FailureClass.InvalidInput), Policy)),
        ["defer"] = job => job.After(job.Fail(AJob.Failed(FailureClass.RateLimited), Policy)),
        ["release"] = job => job.After(job.Release()),
        ["rescue"] = job => job.After(job.Rescue(Policy)),
        ["cancel"] = job => job.After(job.Cancel()),
        ["retry"] = job => job.Retry(),
    };

    private static readonly HashSet<(string From, string Command, string To)> Drawn = ReadDrawing();

    [Fact]
    public void takes_only_the_ways_that_are_drawn_and_refuses_all_others() =>
        Gen.Select(Gen.Int[0, Commands.Count - 1].Select(i => Commands.Keys.ElementAt(i)).Array[0, 40], Gen.Int[1, 4]).Sample((names, maxAttempts) =>
        {
            var job = AJob.In(JobState.Queued, maxAttempts: maxAttempts);
            foreach (var name in names)
            {
                var from = Name(job.State);
                var command = name == "fail for good" ? "fail" : name;
                try
                {
                    job = Commands[name](job);
                    Assert.True(Drawn.Contains((from, command, Name(job.State))), $"{from} {command} {job.State} is not drawn");
                }
                catch (InvalidOperationException)
                {
                    Assert.False(Drawn.Any(way => way.From == from && way.Command == command), $"{from} {command} is drawn but refused");
                }
                Assert.InRange(job.Attempts, 0, maxAttempts + names.Length);
                Assert.InRange(job.Rescues, 0, Policy.RescueLimit);
            }
        });

    [Fact]
    public void takes_every_way_that_is_drawn()
    {
        var taken = new HashSet<(string, string, string)> { ("none", "enqueue", "queued") };
        foreach (var state in Enum.GetValues<JobState>())
        {
            foreach (var (name, command) in Commands)
            {
                Job[] jobs =
                [
                    AJob.In(state, attempts: 1), AJob.In(state, attempts: 3), AJob.In(state, attempts: 1, deferredFor: TimeSpan.FromDays(8)),
                    AJob.In(state, attempts: 1, rescues: 3),
                ];
                foreach (var job in jobs)
                {
                    try
                    {
                        taken.Add((Name(state), name == "fail for good" ? "fail" : name, Name(command(job).State)));
                    }
                    catch (InvalidOperationException)
                    {
                        // Refused: the other test holds that against the drawing.
                    }
                }
            }
        }
        Assert.Equal(Drawn.Order(), taken.Order());
    }

    private static string Name(JobState state) => state.ToString().ToLowerInvariant();

    [Fact]
    public void has_the_contracts_names()
    {
        Assert.Equal(["queued", "running", "succeeded", "failed"], JobStates.Names);
        Assert.All(Enum.GetValues<JobState>(), state => Assert.Equal(state, JobStates.Named(state.Name())));
    }

    private static HashSet<(string, string, string)> ReadDrawing()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Woflo.sln")))
            folder = folder.Parent;
        var rows = File.ReadAllLines(Path.Combine(folder!.FullName, "docs", "job-states.md"))
            .Where(line => line.StartsWith('|'))
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
            .Where(cells => cells.Length >= 5 && cells[1] != "from" && !cells[1].StartsWith('-'))
            .Select(cells => (cells[1].Trim('`'), cells[2].Trim('`'), cells[3].Trim('`')))
            .ToHashSet();
        Assert.NotEmpty(rows);
        return rows;
    }
}
