using System.Globalization;

namespace Woflo.Bench.Schedule;

/// <summary>Job-shop problems with published optima, through the same planner.</summary>
internal sealed record JobShopRow() : ScheduleRow("jobshop", "total weighted tardiness of published job-shop problems, 60 s each (--jobshop DIR)")
{
    private const double GoalSeconds = 60;

    public override async Task Measure(ScheduleRun run)
    {
        if (run.JobShops is not { } folder)
        {
            run.Report.Note($"{Name} was not measured: --jobshop names the folder of the files ft10.txt, la16.txt, …");
            return;
        }
        var seconds = run.Seconds(GoalSeconds, 15);
        var reached = new List<bool>();
        foreach (var (instance, factor, optimum) in JobShop.Published)
        {
            var problem = JobShop.Read(Path.Combine(folder, $"{instance}.txt"), factor);
            var made = await PlanRun.Make(run.Planner, problem, JobShop.Tardiness, seconds, enough: optimum);
            if (made.LeftOut == 0 && made.Lateness < optimum)
                run.Report.Note($"{instance}, f = {factor}: {made.Lateness} is below the published optimum {optimum}, which one of the two has wrong");
            reached.Add(made.LeftOut == 0 && made.Lateness <= optimum);
            var name = string.Create(CultureInfo.InvariantCulture, $"{instance}, f = {factor:0.0}");
            run.Figure(Name, name, "", made.Lateness, optimum, isAtMost: true, string.Create(CultureInfo.InvariantCulture, $"{made.TookMs / 1_000:0.0} s, bound {made.LatenessBound}"));
            run.Raw.Add(new { row = Name, instance, factor, optimum, made.LeftOut, made.Lateness, bound = made.LatenessBound, made.TookMs });
            run.Say(string.Create(CultureInfo.InvariantCulture, $"{Name} {name}: {made.Lateness} of {optimum} in {made.TookMs / 1_000:0.0} s, bound {made.LatenessBound}"));
        }
        run.Share(Name, string.Create(CultureInfo.InvariantCulture, $"published optima reached in {seconds} s"), reached, 100);
    }
}
