using System.Globalization;
using System.Security;

namespace Woflo.Application.Scheduling;

/// <summary>The clock on the shop's wall.</summary>
public sealed class ShopTime
{
    private readonly TimeZoneInfo _zone;

    private ShopTime(TimeZoneInfo zone, string name) => (_zone, Name) = (zone, name);

    /// <summary>The zone's IANA name.</summary>
    public string Name { get; }

    /// <returns>Null where this machine knows no such time zone.</returns>
    public static ShopTime? In(string timeZone)
    {
        try
        {
            var name = timeZone.Trim();
            return new ShopTime(TimeZoneInfo.FindSystemTimeZoneById(name), name);
        }
        catch (Exception exception) when (exception is TimeZoneNotFoundException or InvalidTimeZoneException or SecurityException or IOException)
        {
            return null;
        }
    }

    public static ShopTime Utc { get; } = new(TimeZoneInfo.Utc, "UTC");

    public DateTimeOffset Local(DateTimeOffset instant) => TimeZoneInfo.ConvertTime(instant, _zone);

    public DateOnly DayOf(DateTimeOffset instant) => DateOnly.FromDateTime(Local(instant).DateTime);

    public DateTimeOffset StartOf(DateOnly day) => At(day.ToDateTime(TimeOnly.MinValue));

    /// <summary>The instant at which the clock shows that. A time it skips counts as that much later, one it shows twice as its first.</summary>
    public DateTimeOffset At(DateTime local)
    {
        var shown = DateTime.SpecifyKind(local, DateTimeKind.Unspecified);
        var beforeGap = shown;
        while (_zone.IsInvalidTime(beforeGap))
            beforeGap = beforeGap.AddHours(-1);
        var offset = _zone.IsAmbiguousTime(shown) ? _zone.GetAmbiguousTimeOffsets(shown).Max() : _zone.GetUtcOffset(beforeGap);
        return Local(new DateTimeOffset(shown, offset));
    }

    /// <summary>As in Tue 2 Jun 14:05.</summary>
    public string Say(DateTimeOffset instant) => Local(instant).ToString("ddd d MMM HH:mm", CultureInfo.InvariantCulture);
}
