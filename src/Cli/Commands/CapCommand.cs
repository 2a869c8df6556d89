using System.CommandLine;
using System.Globalization;
using Woflo.Application.Jobs;

namespace Woflo.Cli.Commands;

internal static class CapCommand
{
    public static Command Create()
    {
        var type = new Argument<string?>("TYPE") { Description = "ai_enrich or schedule_run", Arity = ArgumentArity.ZeroOrOne };
        var total = Cap("--total", "How many jobs of the type may run at once, over all workers");
        var perOrg = Cap("--per-org", "How many of them in one organisation");
        var json = Help.Json();
        var command = new Command("cap", "Limits how many jobs of a type run at once; without options, lists the caps") { type, total, perOrg, json };
        command.Validators.Add(result =>
        {
            var named = result.GetValue(type) is not null;
            var capped = result.GetResult(total) is not null || result.GetResult(perOrg) is not null;
            if (named && !capped)
                result.AddError("say how many: --total, --per-org or both; none takes a cap away.");
            else if (!named && capped)
                result.AddError("say which TYPE to cap.");
        });
        Help.Show(command, """
            woflo cap ai_enrich --total 100 --per-org 10
            woflo cap ai_enrich --per-org none
            woflo cap
            """, "unknown type, or a cap that is fixed");
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var host = CliHost.Build();
            IReadOnlyList<QueueCap> caps = parsed.GetValue(type) is { } named
                ? [await host.Mediator.Send(new CapJobs(named, parsed.GetValue(total), parsed.GetValue(perOrg)), cancellation)]
                : await host.Get<IQueueReader>().Caps(cancellation);
            if (parsed.GetValue(json))
                Output.Json(new { Caps = caps });
            else
                Show(caps);
            return ExitCode.Ok;
        });
        return command;
    }

    public static void Show(IReadOnlyList<QueueCap> caps)
    {
        foreach (var cap in caps)
            Output.Say($"Cap: {Printable.Line(cap.Type, 40)}, at once {Limit(cap.Total)} in all, {Limit(cap.PerOrg)} in one organisation.");
        if (caps.Count == 0)
            Output.Say("Nothing is capped.");
    }

    private static string Limit(int? cap) => cap?.ToString(CultureInfo.InvariantCulture) ?? "any number";

    // 0 is how the command says none; nobody may mean it as a number, since a type that must not run is paused.
    private static Option<int?> Cap(string name, string description) => new(name)
    {
        Description = $"{description} (1 to 1000000, or none)",
        HelpName = "N",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (text == "none")
                return 0;
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= 1_000_000)
                return number;
            result.AddError($"{name}: '{text}' is neither a whole number from 1 to 1000000 nor none; 'woflo pause' keeps a type from running.");
            return null;
        },
    };
}
