using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Woflo.Cli;

/// <summary>The two ways out: tables for a person, JSON on the plain console for a machine.</summary>
internal static class Output
{
    // A file or a pipe has no width; wide enough that a job's line stays one line.
    private const int WidthWhereThereIsNone = 220;

    private static readonly JsonSerializerOptions JsonOptions = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DictionaryKeyPolicy = JsonNamingPolicy.SnakeCaseLower,
        // Escapes everything beyond ASCII: no control character, raw or bidirectional, leaves this program.
        Encoder = JavaScriptEncoder.Default,
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    private static IAnsiConsole? _person;

    /// <summary>For people.</summary>
    public static IAnsiConsole Person => _person ??= CreatePerson();

    public static void Json<T>(T document) => Console.Out.WriteLine(JsonSerializer.Serialize(document, JsonOptions));

    /// <summary>Whether a line may be rewritten in place.</summary>
    public static bool OnTerminal => !Console.IsOutputRedirected && Person.Profile.Capabilities.Ansi;

    /// <summary>A line of our own words; what is in it from elsewhere must have gone through <see cref="Printable"/>.</summary>
    public static void Say(string line) => Person.WriteLine(line);

    public static void Problem(string line) => Console.Error.WriteLine($"woflo: {line}");

    public static JsonElement Embedded(string? json) => JsonDocument.Parse(json ?? "null").RootElement.Clone();

    /// <summary>The first column, which names the row, is never broken; the others give way on a narrow terminal.</summary>
    public static Table Table(params string[] columns)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (var column in columns)
            table.AddColumn(new TableColumn(new Text(column)));
        table.Columns[0].NoWrap();
        return table;
    }

    public static IRenderable Cell(string? text, int max = 200) => new Text(Printable.Line(text, max));

    public static IRenderable Status(string status) => new Text(Printable.Line(status, 40), status switch
    {
        "failed" => new Style(Color.Red),
        "running" => new Style(Color.Yellow),
        "succeeded" => new Style(Color.Green),
        _ => Style.Plain,
    });

    public static string Instant(DateTime? utc) => utc?.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "";

    public static string Duration(TimeSpan? span) => span switch
    {
        null => "",
        { TotalSeconds: < 60 } s => string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, s.TotalSeconds):0.0} s"),
        { TotalHours: < 1 } s => string.Create(CultureInfo.InvariantCulture, $"{s.Minutes} min {s.Seconds} s"),
        { TotalDays: < 1 } s => string.Create(CultureInfo.InvariantCulture, $"{s.Hours} h {s.Minutes} min"),
        { } s => string.Create(CultureInfo.InvariantCulture, $"{s.Days} d {s.Hours} h"),
    };

    private static IAnsiConsole CreatePerson()
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Out) });
        if (Console.IsOutputRedirected)
            console.Profile.Width = WidthWhereThereIsNone;
        return console;
    }
}
