using System.Globalization;

namespace Woflo.Application.Settings;

/// <summary>One environment variable as it is in force.</summary>
public sealed record Setting(string Name, string Value, string Default, string Meaning, bool IsDefault);

/// <summary>A variable holds what it may not; the message names it and what was expected.</summary>
public sealed class SettingException : Exception
{
    public SettingException(string name, string problem) : base($"{name}: {problem}") { }
}

/// <summary>Reads the environment. Each options class names its variables once, with default, range and meaning;
/// what was read is kept, so that the settings' table comes from the same lines.</summary>
public sealed class SettingsReader(Func<string, string?> environment)
{
    private readonly List<Setting> _read = [];

    public IReadOnlyList<Setting> Read => _read;

    public string Text(string name, string byDefault, string meaning) => Keep(name, byDefault, meaning, text => text, text => text);

    /// <summary>A secret: only whether it is set is kept.</summary>
    public string? Secret(string name, string meaning)
    {
        var value = Value(name);
        _read.Add(new Setting(name, value is null ? "" : "(set)", "", meaning, value is null));
        return value;
    }

    public int Whole(string name, int byDefault, int min, int max, string meaning) =>
        Keep(name, byDefault, meaning, text =>
            int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max
                ? number
                : throw new SettingException(name, $"'{text}' is not a whole number from {min} to {max}."),
            number => number.ToString(CultureInfo.InvariantCulture));

    public TimeSpan Seconds(string name, double byDefault, double min, double max, string meaning) =>
        TimeSpan.FromSeconds(Number(name, byDefault, min, max, meaning));

    public double Number(string name, double byDefault, double min, double max, string meaning) =>
        Keep(name, byDefault, meaning, text =>
            double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max
                ? number
                : throw new SettingException(name, FormattableString.Invariant($"'{text}' is not a number from {min} to {max}.")),
            number => number.ToString(CultureInfo.InvariantCulture));

    /// <summary>One of <paramref name="choices"/>.</summary>
    public string Choice(string name, string byDefault, IReadOnlyList<string> choices, string meaning) =>
        Keep(name, byDefault, meaning, text => choices.Contains(text)
            ? text
            : throw new SettingException(name, $"'{text}' is none of {string.Join(", ", choices)}."), text => text);

    /// <summary>Several of <paramref name="choices"/>, separated by commas; at least one.</summary>
    public IReadOnlyList<string> Choices(string name, IReadOnlyList<string> byDefault, IReadOnlyList<string> choices, string meaning) =>
        Keep(name, byDefault, meaning, text =>
        {
            var chosen = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            return chosen.Length > 0 && chosen.All(choices.Contains)
                ? chosen.Distinct().ToArray()
                : throw new SettingException(name, $"'{text}' is not a list of {string.Join(", ", choices)}, separated by commas.");
        }, list => string.Join(',', list));

    /// <summary>A value with a notation of its own; <paramref name="parse"/> says what is wrong by a <see cref="FormatException"/>.</summary>
    public T Parsed<T>(string name, T byDefault, Func<string, T> parse, Func<T, string> print, string meaning) =>
        Keep(name, byDefault, meaning, text =>
        {
            try
            {
                return parse(text);
            }
            catch (FormatException e)
            {
                throw new SettingException(name, e.Message);
            }
        }, print);

    private T Keep<T>(string name, T byDefault, string meaning, Func<string, T> parse, Func<T, string> print)
    {
        var text = Value(name);
        var value = text is null ? byDefault : parse(text);
        _read.Add(new Setting(name, print(value), print(byDefault), meaning, text is null));
        return value;
    }

    // A variable set to nothing counts as not set: deployment panels leave such ones behind.
    private string? Value(string name) => environment(name)?.Trim() is { Length: > 0 } text ? text : null;
}
