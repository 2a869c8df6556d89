using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using Woflo.Application.Enrichment;
using Woflo.Application.Tests.Enrichment;
using Woflo.Domain.Enrichment;

namespace Woflo.Bench.Enrich;

/// <summary>Measures the local enricher on the golden set and on generated texts, and says which goals it misses.</summary>
internal static class EnrichBench
{
    private const string Help = """
        bench enrich: measures the local enricher on the golden set's test split and on generated texts, and judges answers written as a model might give them; needs no server and no network.

        Usage: ./build/bench enrich [--split dev|test] [--seed N] [--misses] [--json FILE]
          --split S    the golden set's other half (test)
          --seed N     of the generated texts (20261124)
          --misses     print what was answered otherwise than expected
          --json FILE  where every figure goes (.woflo/bench/enrich.json)
          --help       print this
        """;

    private const int CodeStrings = 10_000;
    private const int SafetyCount = 700;
    private const int CalibrationBins = 10;
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="Goal">What it is meant to be; null where it is only shown.</param>
    private sealed record Figure(string Section, string Name, string Unit, double Value, double? Goal = null, bool AtMost = false, string Note = "")
    {
        public bool? Met => Goal is { } goal ? AtMost ? Value <= goal : Value >= goal : null;
    }

    public static int Run(string[] args)
    {
        if (args.Contains("--help") || args.Contains("-h"))
        {
            Console.WriteLine(Help);
            return 0;
        }
        var (split, seed, misses, json) = (GoldenSet.Test, 20_261_124, false, (string?)null);
        for (var i = 0; i < args.Length; i++)
        {
            var value = i + 1 < args.Length ? args[i + 1] : "";
            switch (args[i])
            {
                case "--split" when value is GoldenSet.Dev or GoldenSet.Test:
                    split = args[++i];
                    break;
                case "--seed" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out seed):
                    i++;
                    break;
                case "--misses":
                    misses = true;
                    break;
                case "--json" when value.Length > 0:
                    json = args[++i];
                    break;
                default:
                    return QueueBench.Usage($"{args[i]} is not understood", "enrich");
            }
        }

        // First of all: nothing is warm yet.
        var started = Stopwatch.GetTimestamp();
        Answers.To("Brakes grind when stopping, SPN 789 FMI 2");
        var startUp = Stopwatch.GetElapsedTime(started).TotalMilliseconds;

        Action<string> say = misses ? Console.WriteLine : _ => { };
        var figures = new List<Figure> { new("time", "start-up: the first answers of a process", "ms", startUp, 300, AtMost: true) };
        figures.AddRange(Golden(split, say));
        figures.AddRange(Safety(seed, say));
        figures.AddRange(Codes(seed, say));
        figures.AddRange(Privacy(seed, say));
        figures.AddRange(Written(say));
        figures.AddRange(Times(split));
        Print(figures);

        var file = json ?? Path.Combine(".woflo", "bench", "enrich.json");
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
        File.WriteAllText(file, JsonSerializer.Serialize(
            new { setting = new { split, seed, enricher = LocalEnricher.Version, machine = RuntimeInformation.OSDescription, processors = Environment.ProcessorCount, runtime = RuntimeInformation.FrameworkDescription }, figures }, Readable));
        Console.WriteLine($"\nEvery figure is in {file}.");
        return 0;
    }

    // --- The golden set -------------------------------------------------------------------------------------------

    private static IEnumerable<Figure> Golden(string split, Action<string> say)
    {
        var orders = GoldenSet.Read(split);
        var answers = orders.Select(order => (Order: order, Answers: Answers.To(order.Text))).ToArray();
        var where = $"golden set, {split}, {orders.Count} work orders";
        var invalid = answers.Where(pair => Report(pair.Order, pair.Answers.Broken(), say)).Count();
        yield return new(where, "valid outputs", "share", 1 - ((double)invalid / orders.Count), 1);

        var category = new Confusion();
        var safety = new Confusion();
        var oos = new Confusion();
        var calibration = new List<(double Confidence, bool Right)>();
        var (covered, estimated) = (0, 0);
        var widths = new List<double>();
        var (rightCodes, foundCodes, thereCodes) = (0, 0, 0);
        foreach (var (order, answer) in answers)
        {
            var got = Spelling.Of(answer.Classification.Category);
            category.Add(order.Accepted.Contains(got) ? got : order.Category, got);
            // Who abstains makes no claim.
            if (answer.Classification.Category != JobCategory.Unknown)
                calibration.Add(((double)answer.Classification.Confidence, order.Accepted.Contains(got)));
            if (!order.Accepted.Contains(got))
                say($"{order.Id} category {got} ({answer.Classification.Confidence}), expected {order.Category}: {Line(order.Text)}");
            if (order.Safety is { } isCritical)
            {
                safety.Add(isCritical.ToString(), answer.Classification.SafetyCritical.ToString());
                if (isCritical != answer.Classification.SafetyCritical)
                    say($"{order.Id} safety {!isCritical}: {Line(order.Text)}");
            }
            if (order.Oos is { } risks)
            {
                var risk = Spelling.Of(answer.Risk.OosRisk);
                oos.Add(risks.Contains(risk) ? risk : risks[^1], risk);
                if (!risks.Contains(risk))
                    say($"{order.Id} oos {risk}, expected {string.Join('/', risks)} ({string.Join(" + ", answer.Risk.Findings.Select(finding => finding.Evidence))}): {Line(order.Text)}");
            }
            if (order.Hours is { } hours)
            {
                estimated++;
                widths.Add((double)(answer.Estimate.HoursHigh / answer.Estimate.HoursLow));
                if (hours >= (double)answer.Estimate.HoursLow && hours <= (double)answer.Estimate.HoursHigh)
                    covered++;
                else
                    say($"{order.Id} hours {answer.Estimate.HoursLow}-{answer.Estimate.HoursHigh} ({answer.Estimate.Basis}), reference {hours}: {Line(order.Text)}");
            }
            var codes = answer.Extraction.FaultCodes.Select(code => code.Code).ToArray();
            foundCodes += codes.Length;
            thereCodes += order.Codes.Count;
            rightCodes += codes.Count(order.Codes.Contains);
            if (!codes.ToHashSet().SetEquals(order.Codes) && order.Codes.Count > 0)
                say($"{order.Id} codes {string.Join(", ", codes)}, expected {string.Join(", ", order.Codes)}");
        }
        widths.Sort();
        yield return new(where, "category, macro-F1", "share", category.MacroF1, 0.85, Note: $"accuracy {category.Accuracy:0.000}");
        yield return new(where, "safety critical, macro-F1", "share", safety.MacroF1);
        yield return new(where, "safety critical, recall", "share", safety.Recall(bool.TrueString), 0.99);
        yield return new(where, "out-of-service risk, macro-F1", "share", oos.MacroF1);
        yield return new(where, "category confidence, calibration error", "share", CalibrationError(calibration), 0.05, AtMost: true, $"of {calibration.Count} that name one");
        yield return new(where, "estimates that contain the reference", "share", (double)covered / estimated, 0.8, Note: $"of {estimated}");
        yield return new(where, "estimates, median width high / low", "ratio", widths[widths.Count / 2], 2.5, AtMost: true);
        yield return new(where, "fault codes, precision", "share", (double)rightCodes / foundCodes);
        yield return new(where, "fault codes, recall", "share", (double)rightCodes / thereCodes);
    }

    private static bool Report(GoldenOrder order, IEnumerable<string> broken, Action<string> say)
    {
        var any = false;
        foreach (var rule in broken)
        {
            any = true;
            say($"{order.Id} invalid: {rule}: {Line(order.Text)}");
        }
        return any;
    }

    /// <summary>The mean distance of what was said from what came true, over bins of confidence, weighed by their size.</summary>
    private static double CalibrationError(List<(double Confidence, bool Right)> answers) => answers
        .GroupBy(answer => Math.Min(CalibrationBins - 1, (int)(answer.Confidence * CalibrationBins)))
        .Sum(bin => Math.Abs(bin.Average(answer => answer.Confidence) - bin.Average(answer => answer.Right ? 1.0 : 0.0)) * bin.Count() / answers.Count);

    // --- Generated texts ------------------------------------------------------------------------------------------

    private static IEnumerable<Figure> Safety(int seed, Action<string> say)
    {
        var notes = SafetyNotes.Generate(SafetyCount, seed);
        var (found, invalid) = (0, 0);
        foreach (var note in notes)
        {
            var answers = Answers.To(note);
            if (answers.Classification.SafetyCritical)
                found++;
            else
                say($"safety missed: {note}");
            invalid += answers.Broken().Any() ? 1 : 0;
        }
        var where = $"safety, {notes.Count} complaints from lists that are not the lexicon's";
        yield return new(where, "recall", "share", (double)found / notes.Count, 0.99);
        yield return new(where, "valid outputs", "share", 1 - ((double)invalid / notes.Count), 1);
    }

    private static IEnumerable<Figure> Codes(int seed, Action<string> say)
    {
        var samples = FaultCodeStrings.Generate(CodeStrings, seed);
        var (right, found, there, negatives, clean) = (0, 0, 0, 0, 0);
        foreach (var sample in samples)
        {
            var codes = FaultCodes.Find(Redaction.Redact(sample.Text)).Select(FaultCodeStrings.Truth).ToArray();
            var correct = codes.Count(sample.Codes.Contains);
            right += correct;
            found += codes.Length;
            there += sample.Codes.Count;
            if (sample.Codes.Count == 0)
            {
                negatives++;
                clean += codes.Length == 0 ? 1 : 0;
            }
            if (correct != codes.Length || correct != sample.Codes.Count)
                say($"codes {string.Join(", ", codes)}, expected {string.Join(", ", sample.Codes)} ({sample.Form}): {Line(sample.Text)}");
        }
        var where = $"fault codes, {samples.Count} strings in {samples.Select(sample => sample.Form).Distinct().Count()} forms";
        yield return new(where, "precision", "share", (double)right / found, 0.995);
        yield return new(where, "recall", "share", (double)right / there, 0.995);
        yield return new(where, "strings without codes left alone", "share", (double)clean / negatives, Note: $"of {negatives}");
    }

    private static IEnumerable<Figure> Privacy(int seed, Action<string> say) => PrivacyBench.Measure(seed, say).Select(figure =>
    {
        (double? Goal, bool AtMost) meant = figure.Name switch
        {
            "structured identifiers leaked" => (0, true),
            "names, recall" => (0.98, false),
            "false redactions" => (0.005, true),
            _ => (null, false),
        };
        return new Figure("redaction of seeded notes", figure.Name, figure.Unit, figure.Value, meant.Goal, meant.AtMost, figure.Note);
    });

    // --- Time -----------------------------------------------------------------------------------------------------

    // No model was asked: what one might say, and what it might get wrong.
    private static IEnumerable<Figure> Written(Action<string> say)
    {
        (EnrichmentStep Step, string Notes, string Answer)[] good =
            [.. WrittenAnswers.Good.Select(answer => (answer.Key, WrittenAnswers.Notes, answer.Value)), .. WrittenAnswers.More];
        var refused = good.Where(answer => Broken(answer.Step, answer.Notes, answer.Answer) is [var rule, ..] && Said($"good, refused for {rule}: {answer.Answer}")).Count();
        var accepted = WrittenAnswers.Bad.Where(bad =>
            !Broken(bad.Step, WrittenAnswers.Notes, WrittenAnswers.Good[bad.Step].Replace(bad.From, bad.To, StringComparison.Ordinal)).Contains(bad.Rule)
            && Said($"bad, not refused for {bad.Rule}: {bad.From} as {bad.To}")).Count();
        const string Section = "answers written for this project, none from a model";
        yield return new(Section, "good ones accepted", "share", 1 - ((double)refused / good.Length), 1, Note: $"of {good.Length}");
        yield return new(Section, "bad ones refused, the broken rule named", "share", 1 - ((double)accepted / WrittenAnswers.Bad.Count), 1, Note: $"of {WrittenAnswers.Bad.Count}");

        static string[] Broken(EnrichmentStep step, string notes, string answer)
        {
            var text = Redaction.Redact(notes);
            return [.. AnswerRules.Judge(step, text, LocalEnricher.Answer(step, text), answer).Broken.Select(rule => rule.Name)];
        }

        bool Said(string line)
        {
            say(line);
            return true;
        }
    }

    private static IEnumerable<Figure> Times(string split)
    {
        var texts = GoldenSet.Read(split).Where(order => order.Text.Length < 4_000).Select(order => order.Text).ToArray();
        var times = new List<double>();
        foreach (var round in Enumerable.Range(0, 6))
        {
            foreach (var text in texts)
            {
                // Each time a text that nobody has read yet, as a job has it.
                var unread = Redaction.Redact(text);
                var started = Stopwatch.GetTimestamp();
                foreach (var step in Enum.GetValues<EnrichmentStep>())
                    LocalEnricher.Answer(step, unread);
                if (round > 0)
                    times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            }
        }
        times.Sort();
        yield return new("time", "four steps, p50", "ms", times[times.Count / 2]);
        yield return new("time", "four steps, p99", "ms", times[times.Count * 99 / 100], 5, AtMost: true, $"of {times.Count}");
        var longest = Redaction.Redact(GoldenSet.Read(split)[^1].Text);
        var began = Stopwatch.GetTimestamp();
        foreach (var step in Enum.GetValues<EnrichmentStep>())
            LocalEnricher.Answer(step, longest);
        yield return new("time", $"four steps, {longest.Value.Length / 1024} KB", "ms", Stopwatch.GetElapsedTime(began).TotalMilliseconds);
    }

    private static void Print(IEnumerable<Figure> figures)
    {
        foreach (var section in figures.GroupBy(figure => figure.Section))
        {
            Console.WriteLine($"\n{section.Key}");
            foreach (var figure in section)
            {
                var goal = figure.Goal is { } wanted ? $"{(figure.AtMost ? "at most" : "at least")} {wanted.ToString(CultureInfo.InvariantCulture)}: {(figure.Met == true ? "met" : "MISSED")}" : "";
                Console.WriteLine($"  {figure.Name,-48} {figure.Value.ToString(figure.Value < 10 ? "0.000" : "0.0", CultureInfo.InvariantCulture),10} {figure.Unit,-6} {goal,-24} {figure.Note}".TrimEnd());
            }
        }
    }

    private static string Line(string text) => (text.Length > 200 ? text[..200] + "…" : text).ReplaceLineEndings("\\n");

    /// <summary>What was expected beside what was answered.</summary>
    private sealed class Confusion
    {
        private readonly List<(string Expected, string Got)> _pairs = [];

        public void Add(string expected, string got) => _pairs.Add((expected, got));

        public double Accuracy => _pairs.Count(pair => pair.Expected == pair.Got) / (double)_pairs.Count;

        public double Recall(string value) => _pairs.Count(pair => pair.Expected == value && pair.Got == value) / (double)_pairs.Count(pair => pair.Expected == value);

        /// <summary>The mean of F1 over the values that are expected.</summary>
        public double MacroF1 => _pairs.Select(pair => pair.Expected).Distinct().Average(value =>
            2.0 * _pairs.Count(pair => pair.Expected == value && pair.Got == value) / (_pairs.Count(pair => pair.Expected == value) + _pairs.Count(pair => pair.Got == value)));
    }
}
