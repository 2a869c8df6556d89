using System.CommandLine;
using Woflo.Application.Database;

namespace Woflo.Cli.Commands;

internal static class MigrateCommand
{
    public static Command Create()
    {
        var json = Help.Json();
        var command = new Command("migrate", "Brings the database up to date: builds an empty one, adopts an existing Woflo database") { json };
        Help.Show(command, """
            DATABASE_URL=postgresql://user:password@host:5432/woflo woflo migrate
            """, "the database could not be reached, or a migration failed: what was not finished was not recorded, run it again");
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var host = CliHost.Build();
            var machine = parsed.GetValue(json);
            var report = await host.Get<IDatabaseMigrator>().Migrate(machine ? null : new Steps(), cancellation);
            if (machine)
                Output.Json(new { report.Applied, report.State.Message });
            else
                Output.Say(Printable.Line(report.State.Message));
            return ExitCode.Ok;
        });
        return command;
    }

    // Not Progress<string>: it reports from another thread, after the fact.
    internal sealed class Steps : IProgress<string>
    {
        public void Report(string value) => Output.Say(Printable.Line(value));
    }
}
