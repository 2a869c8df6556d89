using System.Globalization;
using System.Text.Json;
using Woflo.Domain.Scheduling;

namespace Woflo.Bench.Schedule;

/// <summary>What is wanted of a case; null: only shown.</summary>
internal sealed record Goals(double? FirstMs = null, double? ProvenShare = null, double? ProofMs = null, double? Score = null, double? Megabytes = null);

/// <summary>Generated shops planned afresh.</summary>
/// <param name="Loads">The first seed's load, and the last one's; those between lie between.</param>
/// <param name="Seconds">The time at which score, left out work and lateness are looked at.</param>
/// <param name="ProofSeconds">The time a proof may take, where that is longer.</param>
internal sealed record GeneratedRow(
    string Name, string Meaning, int Tasks, int Technicians, int Bays, (double First, double Last) Loads, double Seconds, Goals Goals,
    int QuickSeeds, double? ProofSeconds = null) : ScheduleRow(Name, Meaning)
{
    /// <summary>The seed decides the load and what else is in the shop: locks on up to 30 % of the tasks, a bottleneck, impossible tasks, a clock change.</summary>
    public GeneratedShop Shop(int seed) => ShopGenerator.Generate(
        new ShopSpec(
            Tasks, Technicians, Bays, Loads.First + (Loads.Last - Loads.First) * ((seed - 1) % ScheduleRun.AllSeeds) / (ScheduleRun.AllSeeds - 1),
            Locks: seed % 4 * 0.1, HasBottleneck: seed % 5 == 0, Impossible: seed % 10 == 3 ? 5 : 0, HasClockChange: seed % 7 == 0),
        seed);

    public override async Task Measure(ScheduleRun run)
    {
        var measured = new List<Measured>();
        foreach (var seed in run.Seeds(QuickSeeds))
        {
            var shop = Shop(seed);
            var greedy = Greedy(shop);
            var atTime = Goals.Megabytes is null ? await Here(run, shop, Seconds) : await InAProcessOfItsOwn(seed);
            var proof = ProofSeconds is { } longer && atTime.ProvenMs is null ? await Here(run, shop, longer, untilProven: true) : atTime;
            var plain = run.HasOthers(seed, Seconds) ? PlainModel.Plan(shop.Problem, Seconds) : null;
            var old = run.HasOthers(seed, Seconds) ? await OldModel.Compare(run.Planner, shop, Seconds) : null;
            var best = new[] { atTime, proof, plain, Result.Of(shop.Problem, shop.Planted) }.OfType<Result>().Where(r => r.IsLegal)
                .Select(r => new Reference(shop.Fingerprint, r.LeftOut, r.Lateness, r.ProvenMs is not null))
                .Append(run.References.Of(Name, seed, shop.Fingerprint))
                .Aggregate((a, b) => b is not null && (a is null || b.IsBetterThan(a)) ? b : a)!;
            measured.Add(new Measured(seed, shop, greedy, atTime, proof, best, plain, old));
            run.Raw.Add(new
            {
                row = Name,
                seed,
                shop.Load,
                greedy = new[] { greedy.LeftOut, greedy.Lateness },
                reference = new[] { best.LeftOut, best.Lateness },
                atTime,
                proof,
                plain,
                old,
            });
            run.Say(string.Create(CultureInfo.InvariantCulture,
                $"{Name}/{seed}: load {shop.Load:0.00}, left out {atTime.LeftOut}, lateness {atTime.Lateness:#,0} (greedy {greedy.Lateness:#,0}, best {best.Lateness:#,0}, bound {proof.Bound:#,0}){(proof.ProvenMs is { } ms ? $", proven in {ms / 1_000:0.0} s" : "")}"));
        }
        Tell(run, measured);
    }

    private void Tell(ScheduleRun run, List<Measured> measured)
    {
        run.Mean(Name, "load", "", [.. measured.Select(m => m.Shop.Load)]);
        run.Quantiles(Name, "first legal plan", "ms", [.. measured.Select(m => m.AtTime.FirstMs)], Goals.FirstMs);
        run.Share(Name, string.Create(CultureInfo.InvariantCulture, $"proven optimal in {ProofSeconds ?? Seconds} s"), [.. measured.Select(m => m.Proof.ProvenMs is not null)], Goals.ProvenShare);
        run.Quantiles(Name, "proof (none counts as the time there was)", "ms", [.. measured.Select(m => m.Proof.ProvenMs ?? (ProofSeconds ?? Seconds) * 1_000)], Goals.ProofMs);
        run.Mean(Name, string.Create(CultureInfo.InvariantCulture, $"score at {Seconds} s"), "", [.. measured.Select(m => m.Score(m.AtTime)).OfType<double>()], Goals.Score);
        run.Mean(Name, "greedy's lateness above the reference", "min·w", [.. measured.Where(m => m.Greedy.LeftOut == m.Reference.LeftOut).Select(m => (double)(m.Greedy.Lateness - m.Reference.Lateness))]);
        run.Mean(Name, "lateness above the reference", "min·w", [.. measured.Where(m => m.AtTime.LeftOut == m.Reference.LeftOut).Select(m => (double)(m.AtTime.Lateness - m.Reference.Lateness))]);
        run.Mean(Name, "lateness above the bound", "min·w", [.. measured.Select(m => (double)(m.Proof.Lateness - m.Proof.Bound))]);
        run.Figure(Name, "plans with avoidable drops", "", measured.Count(m => m.AtTime.LeftOut > m.Reference.LeftOut), 0, isAtMost: true, "");
        run.Figure(Name, "proofs that a better plan refutes", "", measured.Count(m => new[] { m.AtTime, m.Proof }.Any(r => r.ProvenMs is not null
            && m.Reference.IsBetterThan(new Reference(m.Reference.Shop, r.LeftOut, r.Lateness, IsProven: true)))), 0, isAtMost: true, "");
        run.Share(Name, "impossible tasks left out for the right reason", [.. measured.SelectMany(m => m.AtTime.RightReasons)]);
        if (Goals.Megabytes is not null)
            run.Mean(Name, "resident memory, peak", "MB", [.. measured.Select(m => m.AtTime.Megabytes)], Goals.Megabytes);
        Measured[] beside = [.. measured.Where(m => m.Plain is not null)];
        if (beside.Length == 0)
            return;
        run.Mean(Name, "plain CP-SAT: score", "", [.. beside.Select(m => m.Score(m.Plain!)).OfType<double>()]);
        run.Figure(Name, "plain CP-SAT: plans with avoidable drops", "", beside.Count(m => m.Plain!.LeftOut > m.Reference.LeftOut), null, isAtMost: true, $"of {beside.Length}");
        run.Mean(Name, "plain CP-SAT: lateness above the reference, nothing dropped", "min·w", [.. beside.Where(m => m.Plain!.LeftOut == m.Reference.LeftOut).Select(m => (double)(m.Plain!.Lateness - m.Reference.Lateness))]);
        run.Mean(Name, "old model: lateness by its own rules and weights", "", [.. beside.Select(m => m.Old!.Theirs).OfType<long>().Select(l => (double)l)]);
        run.Mean(Name, "ours by the old model's rules and weights", "", [.. beside.Where(m => m.Old!.Theirs is not null).Select(m => (double)m.Old!.Ours)]);
        run.Mean(Name, "old model: tasks outside working hours", "%", [.. beside.Where(m => m.Old!.Theirs is not null).Select(m => 100 * m.Old!.OutsideHours)]);
        run.Figure(Name, "old model: no plan at all", "", beside.Count(m => m.Old!.Theirs is null), null, isAtMost: true, $"of {beside.Length}");
    }

    // Where locks keep the constructor from placing all, the plan they come from is the better baseline.
    private static Result Greedy(GeneratedShop shop)
    {
        var built = Result.Of(shop.Problem, new ListConstructor(shop.Problem, Objective.Default).Build());
        var planted = Result.Of(shop.Problem, shop.Planted);
        return shop.Planted.Count > 0 && planted.IsLegal && (planted.LeftOut, planted.Lateness).CompareTo((built.LeftOut, built.Lateness)) < 0 ? planted : built;
    }

    private static async Task<Result> Here(ScheduleRun run, GeneratedShop shop, double seconds, bool untilProven = false) =>
        Result.Of(shop, await PlanRun.Make(run.Planner, shop.Problem, Objective.Default, seconds, untilProven: untilProven));

    private async Task<Result> InAProcessOfItsOwn(int seed)
    {
        var here = AppContext.BaseDirectory;
        await using var child = Child.Start(
            $"{Name}/{seed}",
            ["dotnet", "exec", "--runtimeconfig", Path.Combine(here, "Woflo.Worker.runtimeconfig.json"), Path.Combine(here, "Woflo.Bench.dll"), "schedule-one",
                Name, string.Create(CultureInfo.InvariantCulture, $"{seed}")],
            []);
        var said = child.Says("plan", TimeSpan.FromSeconds(Seconds + 60));
        var peak = 0.0;
        while (await Task.WhenAny(said, Task.Delay(100)) != said)
            peak = Math.Max(peak, child.ResidentMegabytesOfAll);
        var result = (await said).GetProperty("result").Deserialize<Result>()!;
        return result with { Megabytes = Math.Max(peak, result.Megabytes) };
    }

    /// <summary>In the process of its own: plans and says what came of it.</summary>
    public async Task<int> One(int seed)
    {
        var shop = Shop(seed);
        var result = Result.Of(shop, await PlanRun.Make(PlanRun.Planner(), shop.Problem, Objective.Default, Seconds));
        var peak = File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        var megabytes = double.Parse(peak.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) / 1_024;
        Console.WriteLine(JsonSerializer.Serialize(new { bench = "plan", result = result with { Megabytes = megabytes } }));
        return 0;
    }

    private sealed record Measured(
        int Seed, GeneratedShop Shop, Result Greedy, Result AtTime, Result Proof, Reference Reference, Result? Plain, OldModel.Comparison? Old)
    {
        /// <summary>0 is the reference, 1 is greedy, also where greedy is as good as the reference and the plan is not; null where more or less
        /// is left out, which is not comparable.</summary>
        public double? Score(Result result) =>
            result.LeftOut != Reference.LeftOut || Greedy.LeftOut != Reference.LeftOut ? null
            : result.Lateness == Reference.Lateness ? 0
            : Greedy.Lateness == Reference.Lateness ? 1
            : (result.Lateness - Reference.Lateness) / (double)(Greedy.Lateness - Reference.Lateness);
    }
}
