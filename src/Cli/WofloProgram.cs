using System.CommandLine;
using System.CommandLine.Help;
using System.Runtime.InteropServices;
using Woflo.Cli.Commands;
using Woflo.Cli.Demo;

namespace Woflo.Cli;

/// <summary>The whole of `woflo`: its commands, what becomes of wrong usage, of errors and of signals.</summary>
internal static class WofloProgram
{
    public static async Task<int> Run(string[] args)
    {
        var parsed = Root().Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0 && parsed.Action is not HelpWithExamples)
        {
            foreach (var error in parsed.Errors.Select(error => error.Message).Distinct())
                await Console.Error.WriteLineAsync($"woflo: {Printable.Line(error)}");
            await Console.Error.WriteLineAsync($"Try '{Help.PathOf(parsed.CommandResult.Command)} --help'.");
            return ExitCode.Usage;
        }
        using var stop = new CancellationTokenSource();
        var signal = 0;
        using var onInt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Stop(context, 2));
        using var onTerm = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Stop(context, 15));
        try
        {
            // Signals and exceptions are ours: the library would print a stack trace, and end us before a child process has ended.
            var exitCode = await parsed.InvokeAsync(
                new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, stop.Token);
            return signal > 0 ? 128 + signal : exitCode;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return 128 + signal;
        }
        catch (Exception exception)
        {
            var (message, exitCode) = Errors.Explain(exception);
            await Console.Error.WriteLineAsync($"woflo: {message}");
            return exitCode;
        }

        void Stop(PosixSignalContext context, int number)
        {
            context.Cancel = true;
            signal = number;
            stop.Cancel();
        }
    }

    private static RootCommand Root()
    {
        var root = new RootCommand("woflo: looks after Woflo's job queue, public.job_queue in PostgreSQL.");
        root.Add(MigrateCommand.Create());
        root.Add(EnqueueCommand.Create());
        root.Add(JobsCommand.Create());
        root.Add(JobCommand.Create());
        root.Add(RetryCommand.Create());
        root.Add(CancelCommand.Create());
        root.Add(PauseCommand.Create());
        root.Add(ResumeCommand.Create());
        root.Add(CapCommand.Create());
        root.Add(StatusCommand.Create());
        root.Add(CronCommand.Create());
        root.Add(EnrichCommand.Create());
        root.Add(UsageCommand.Create());
        root.Add(ScheduleCommand.Create());
        root.Add(ConfigCommand.Create());
        root.Add(DemoCommand.Create());
        Help.Show(root, """
            DATABASE_URL=postgresql://user:password@host:5432/woflo woflo migrate
            woflo status
            woflo jobs --status failed
            woflo retry --failed --type schedule_run
            """);
        foreach (var help in root.Options.OfType<HelpOption>())
            help.Action = new HelpWithExamples((HelpAction)help.Action!);
        return root;
    }
}
