using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Woflo.Cli.Schedule;

namespace Woflo.Cli.Commands;

/// <summary>Options that several commands share, each with an error that says what was expected.</summary>
internal static class Arguments
{
    private static readonly string[] Iso = ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd"];

    private static readonly Dictionary<char, TimeSpan> Units = new()
    {
        ['s'] = TimeSpan.FromSeconds(1),
        ['m'] = TimeSpan.FromMinutes(1),
        ['h'] = TimeSpan.FromHours(1),
        ['d'] = TimeSpan.FromDays(1),
    };

    public static Option<Guid?> Org(bool required = false) => new("--org")
    {
        Description = "The organisation's id",
        HelpName = "UUID",
        Required = required,
        CustomParser = result => Uuid(result, "--org"),
    };

    public static Option<string?> OneOf(string name, IReadOnlyList<string> choices, string description)
    {
        var option = new Option<string?>(name) { Description = $"{description}: {string.Join(", ", choices)}", HelpName = name[2..].ToUpperInvariant() };
        option.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(token => !choices.Contains(token.Value)))
                result.AddError($"{name}: '{token.Value}' is none of {string.Join(", ", choices)}.");
        });
        return option;
    }

    public static Option<string?> Reason(string description) => new("--reason") { Description = description, HelpName = "TEXT" };

    public static Option<TimeSpan?> Duration(string name, string description) => new(name)
    {
        Description = $"{description}, such as 90s, 30m, 12h or 7d",
        HelpName = "DURATION",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (text.Length > 1 && Units.TryGetValue(text[^1], out var unit)
                && int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                return unit * number;
            }
            result.AddError($"{name}: '{text}' is not a duration such as 90s, 30m, 12h or 7d.");
            return null;
        },
    };

    public static Option<DateTime?> Instant(string name, string description) => new(name)
    {
        Description = $"{description}, such as 2026-03-01T08:00:00Z; UTC where no offset is given",
        HelpName = "ISO8601",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (DateTimeOffset.TryParseExact(text, Iso, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant))
                return instant.UtcDateTime;
            result.AddError($"{name}: '{text}' is not an instant such as 2026-03-01T08:00:00Z.");
            return null;
        },
    };

    /// <summary>A moment of a shop that is known only later.</summary>
    public static Option<ShopMoment?> LocalTime(string name, string description) => new(name)
    {
        Description = $"{description}, such as 2026-03-01T08:00 or 2026-03-01; in the shop's time where no offset is given",
        HelpName = "ISO8601",
        CustomParser = result =>
        {
            if (ShopMoment.Parse(result.Tokens[0].Value) is { } moment)
                return moment;
            result.AddError($"{name}: '{result.Tokens[0].Value}' is not a time such as 2026-03-01T08:00, 2026-03-01T08:00-06:00 or 2026-03-01.");
            return null;
        },
    };

    public static Option<int> Whole(string name, int byDefault, int min, int max, string description) => new(name)
    {
        Description = $"{description} ({min} to {max})",
        HelpName = "N",
        DefaultValueFactory = _ => byDefault,
        CustomParser = result =>
        {
            if (int.TryParse(result.Tokens[0].Value, out var number) && number >= min && number <= max)
                return number;
            result.AddError($"{name}: '{result.Tokens[0].Value}' is not a whole number from {min} to {max}.");
            return byDefault;
        },
    };

    public static Option<string?> Payload(bool required = false) => new("--payload")
    {
        Description = "The job's payload, a JSON object; - reads it from stdin",
        HelpName = "JSON",
        Required = required,
    };

    public static async Task<string> ReadPayload(string text, CancellationToken cancellation) =>
        text == "-" ? await Console.In.ReadToEndAsync(cancellation) : text;

    public static Option<int> MaxAttempts() => Whole("--max-attempts", 3, 1, 10, "How often it may be tried");

    public static Guid? Uuid(ArgumentResult result, string name)
    {
        if (result.Tokens.Count == 0)
            return null;
        if (Guid.TryParse(result.Tokens[0].Value, out var id))
            return id;
        result.AddError($"{name}: '{result.Tokens[0].Value}' is not a UUID.");
        return null;
    }

    public static Guid[] Uuids(ArgumentResult result, string name)
    {
        foreach (var token in result.Tokens.Where(token => !Guid.TryParse(token.Value, out _)))
            result.AddError($"{name}: '{token.Value}' is not a UUID.");
        return [.. result.Tokens.Select(token => Guid.TryParse(token.Value, out var id) ? id : Guid.Empty).Distinct()];
    }
}
