using System.CommandLine;
using Spectre.Console;
using Woflo.Application.Database;

namespace Woflo.Cli.Commands;

internal static class ConfigCommand
{
    public static Command Create()
    {
        var json = Help.Json();
        var command = new Command("config", "Shows the settings in force, without secrets") { json };
        Help.Show(command, """
            woflo config
            woflo config --json | jq -r '.settings[] | select(.is_default | not) | .name'
            """);
        command.SetAction(async (parsed, _) =>
        {
            // Nothing is connected to here, so a missing address is shown rather than refused.
            var isMissing = string.IsNullOrWhiteSpace(Environment.GetEnvironmentVariable("DATABASE_URL"));
            await using var host = CliHost.Build(name => isMissing && name == "DATABASE_URL" ? "postgresql://nobody@localhost/none" : Environment.GetEnvironmentVariable(name));
            var database = isMissing ? "(not set)" : host.Get<DatabaseName>().Text;
            var settings = host.Settings.Read.DistinctBy(setting => setting.Name)
                .Select(setting => setting.Name == "DATABASE_URL" ? setting with { Value = database } : setting)
                .OrderBy(setting => setting.Name, StringComparer.Ordinal)
                .ToList();
            if (parsed.GetValue(json))
            {
                Output.Json(new { Settings = settings });
                return ExitCode.Ok;
            }
            var table = Output.Table("variable", "in force", "default", "meaning");
            foreach (var setting in settings)
            {
                table.AddRow(
                    Output.Cell(setting.Name), new Text(Printable.Line(setting.Value, 100), setting.IsDefault ? Style.Plain : new Style(Color.Yellow)),
                    Output.Cell(setting.Default), new Text(Printable.Line(setting.Meaning)));
            }
            Output.Person.Write(table);
            return ExitCode.Ok;
        });
        return command;
    }
}
