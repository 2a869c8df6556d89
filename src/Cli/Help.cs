using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Woflo.Cli;

/// <summary>The examples and exit codes below each command's help.</summary>
internal static class Help
{
    private static readonly Dictionary<Command, (string Examples, string? ExitCodes)> Texts = [];

    public static Option<bool> Json() => new("--json") { Description = "Print one JSON document, for machines" };

    /// <param name="exitCode1">What exit code 1 means here.</param>
    public static void Show(Command command, string examples, string exitCode1 = "it could not be done") =>
        Texts[command] = (examples, exitCode1);

    public static string PathOf(Command command) =>
        command.Parents.OfType<Command>().FirstOrDefault() is { } parent ? $"{PathOf(parent)} {command.Name}" : "woflo";

    public static void Write(Command command, TextWriter to)
    {
        if (!Texts.TryGetValue(command, out var text))
            return;
        to.WriteLine("Examples:");
        foreach (var line in text.Examples.Split('\n'))
            to.WriteLine($"  {line}");
        to.WriteLine();
        to.WriteLine("Exit codes:");
        to.WriteLine("  0  done");
        to.WriteLine($"  1  {text.ExitCodes}");
        to.WriteLine("  2  wrong usage, or a setting that is missing or wrong");
        to.WriteLine();
        to.WriteLine("DATABASE_URL names the database: postgresql://user:password@host:5432/database");
    }
}

internal sealed class HelpWithExamples(HelpAction help) : SynchronousCommandLineAction
{
    public override int Invoke(ParseResult parseResult)
    {
        var exitCode = help.Invoke(parseResult);
        Help.Write(parseResult.CommandResult.Command, parseResult.InvocationConfiguration.Output);
        return exitCode;
    }
}
