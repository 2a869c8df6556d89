using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;
using Woflo.Application.Enrichment;

namespace Woflo.Cli.Commands;

internal static class UsageCommand
{
    public static Command Create()
    {
        var org = Arguments.Org();
        var days = Arguments.Whole("--days", 7, 1, 400, "How many days back, today included");
        var json = Help.Json();
        var command = new Command("usage", "Shows what language models cost, by organisation, day, provider and step") { org, days, json };
        Help.Show(command, """
            woflo usage
            woflo usage --org 6f9619ff-8b86-4d01-b42d-00cf4fc964ff --days 31 --json | jq '[.lines[].cost] | add'
            """);
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var host = CliHost.Build();
            var lines = await host.Get<IUsageReader>().Read(parsed.GetValue(org), parsed.GetValue(days), cancellation);
            if (parsed.GetValue(json))
            {
                Output.Json(new
                {
                    Lines = lines.Select(line => new
                    {
                        line.OrgId,
                        line.OrgName,
                        line.Day,
                        line.Provider,
                        line.Model,
                        line.Step,
                        line.Calls,
                        line.Unanswered,
                        line.Tokens,
                        Cost = Cost(line.CostMicros),
                    }),
                });
            }
            else
            {
                Show(lines);
            }
            return ExitCode.Ok;
        });
        return command;
    }

    private static void Show(IReadOnlyList<UsageLine> lines)
    {
        if (lines.Count == 0)
        {
            Output.Say("No language model was called.");
            return;
        }
        var table = Output.Table("day", "organisation", "provider", "model", "step", "calls", "unanswered", "tokens", "cost");
        foreach (var line in lines)
        {
            table.AddRow(
                Output.Cell(line.Day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)), Output.Cell(line.OrgName, 40), Output.Cell(line.Provider, 20),
                Output.Cell(line.Model, 40), Output.Cell(line.Step), Cell(line.Calls), Cell(line.Unanswered), Cell(line.Tokens),
                Output.Cell(Cost(line.CostMicros).ToString("0.0000", CultureInfo.InvariantCulture)));
        }
        Output.Person.Write(table);
        Output.Say(string.Create(
            CultureInfo.InvariantCulture, $"Together: {lines.Sum(line => line.Calls)} calls, {lines.Sum(line => line.Tokens)} tokens, {Cost(lines.Sum(line => line.CostMicros)):0.0000}."));
    }

    private static IRenderable Cell(long number) => Output.Cell(number.ToString(CultureInfo.InvariantCulture));

    private static decimal Cost(long micros) => micros / 1_000_000m;
}
