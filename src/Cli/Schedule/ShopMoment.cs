using System.Globalization;
using Woflo.Application.Scheduling;

namespace Woflo.Cli.Schedule;

/// <summary>A time as it was typed: with an offset an instant, without one a time on the shop's clock.</summary>
internal sealed record ShopMoment(DateTime Shown, DateTimeOffset? Instant)
{
    private static readonly string[] Forms =
        ["yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd HH:mm", "yyyy-MM-dd"];

    public static ShopMoment? Parse(string text)
    {
        if (DateTime.TryParseExact(text, Forms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var shown))
            return new ShopMoment(shown, null);
        return DateTimeOffset.TryParseExact(text, [.. Forms.Select(form => form + "K")], CultureInfo.InvariantCulture, DateTimeStyles.None, out var instant)
            ? new ShopMoment(instant.DateTime, instant)
            : null;
    }

    public DateTimeOffset At(ShopTime clock) => Instant ?? clock.At(Shown);
}
