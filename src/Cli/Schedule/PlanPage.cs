using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Woflo.Application.Scheduling;
using Woflo.Domain.Scheduling;

namespace Woflo.Cli.Schedule;

/// <summary>A plan as one page that needs nothing but a browser. The same plan and shop give the same page.
/// Nothing from the database gets into script or style, and the page's policy lets no other script, style or address in.</summary>
internal sealed class PlanPage
{
    private const int PixelsPerHour = 84;
    private const int Colours = 8;

    private readonly PlanView _view;
    private readonly PlanAxis _axis;
    private readonly StringBuilder _html = new();
    private readonly Dictionary<(double Start, double End), int> _places = [];
    private readonly Dictionary<Guid, int> _colours = [];
    private readonly Dictionary<Guid, int> _numbers = [];

    public PlanPage(PlanView view)
    {
        _view = view;
        var horizon = view.Horizon ?? new Horizon(view.Plan.HorizonStart, view.Plan.HorizonEnd, view.Plan.HorizonStart);
        var hours = (view.Shop?.Technicians.Select(t => t.Windows) ?? [])
            .SelectMany(w => w.Ranges).Select(r => (horizon.At(r.Start), horizon.At(r.End)));
        _axis = PlanAxis.Of(view.Clock, view.Plan.HorizonStart, view.Plan.HorizonEnd, hours.Concat(view.Entries.SelectMany(Stretches)));
        foreach (var entry in view.Entries)
        {
            _colours.TryAdd(entry.Item.WorkOrderId, _colours.Count);
            _numbers[entry.Item.TaskId] = _numbers.Count;
        }
    }

    public override string ToString()
    {
        _html.Clear();
        Body();
        var body = _html.ToString();
        var style = Resource("plan.css") + Places();
        var script = Resource("plan.js");
        return $"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src '{Hash(style)}'; script-src '{Hash(script)}'; base-uri 'none'; form-action 'none'">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>{Text(PlanPrinter.Title(_view))}</title>
            <style>{style}</style>
            </head>
            <body>
            {body}<script>{script}</script>
            </body>
            </html>

            """;
    }

    private void Body()
    {
        Line("""<a class="skip" href="#plan">Skip to the plan</a>""");
        Line("""
            <svg class="symbols" aria-hidden="true"><defs>
            <symbol id="lock" viewBox="0 0 16 16"><path d="M4 7V5a4 4 0 0 1 8 0v2h1v8H3V7zm2 0h4V5a2 2 0 0 0-4 0z"/></symbol>
            <symbol id="late" viewBox="0 0 16 16"><path d="M8 1l7.5 14H.5zM7 6v5h2V6zm0 6v2h2v-2z" fill-rule="evenodd"/></symbol>
            <symbol id="over" viewBox="0 0 16 16"><path d="M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1zm-1 3v5l4 2 .8-1.7L9 8V4z" fill-rule="evenodd"/></symbol>
            <symbol id="going" viewBox="0 0 16 16"><path d="M3 2l11 6-11 6z"/></symbol>
            </defs></svg>
            """);
        Line("<header>");
        Line($"<h1>{Text(_view.Plan.Organisation.Name)}</h1>");
        Line($"<p class=\"span\">Plan of <strong>{Text(_view.Clock.Say(_view.Plan.HorizonStart))}</strong> to <strong>{Text(_view.Clock.Say(_view.Plan.HorizonEnd))}</strong>, times in {Text(_view.Clock.Name)}</p>");
        foreach (var line in PlanPrinter.SummaryLines(_view))
            Line($"<p>{Text(line, 1_000)}</p>");
        Line("</header>");
        Toolbar();
        Line("<main id=\"plan\">");
        Chart();
        Legend();
        LeftOut();
        List("Changes since the plan before", [.. _view.Changes()]);
        List("Notes", [.. PlanPrinter.Notes(_view)]);
        Tables();
        Line("</main>");
        Line("""<aside id="details" aria-live="polite" aria-label="Details of the chosen task" hidden><button type="button" id="close">Close <kbd>Esc</kbd></button><div id="said"></div></aside>""");
        Line("<div hidden>");
        foreach (var entry in _view.Entries)
            Details(entry);
        Line("</div>");
    }

    private void Toolbar()
    {
        Line("""<nav class="bar" aria-label="Days and zoom">""");
        Line("""<span class="days">""");
        foreach (var day in _axis.Days)
            Line($"<button type=\"button\" data-at=\"{Number(day.Offset / _axis.Minutes)}\">{day.Day.ToString("ddd d MMM", CultureInfo.InvariantCulture)}</button>");
        Line("</span>");
        Line("""
            <span class="zoom"><button type="button" id="out" aria-label="Zoom out">−</button><button type="button" id="in" aria-label="Zoom in">+</button><button type="button" id="all">Whole plan</button></span>
            <details class="keys"><summary>Keys</summary><dl>
            <dt><kbd>←</kbd> <kbd>→</kbd></dt><dd>task before, next task</dd><dt><kbd>↑</kbd> <kbd>↓</kbd></dt><dd>row above, below</dd>
            <dt><kbd>Enter</kbd></dt><dd>details of the task</dd><dt><kbd>Esc</kbd></dt><dd>close them</dd>
            <dt><kbd>p</kbd> <kbd>n</kbd></dt><dd>day before, next day</dd><dt><kbd>+</kbd> <kbd>−</kbd> <kbd>0</kbd></dt><dd>zoom in, out, whole plan</dd>
            <dt><kbd>Home</kbd> <kbd>End</kbd></dt><dd>first, last task of the row</dd></dl></details>
            </nav>
            """);
    }

    private void Chart()
    {
        Line("""<div id="chart" role="region" aria-label="Plan by technician and bay" tabindex="0"><div id="canvas">""");
        Line("""<div class="row times" aria-hidden="true"><div class="name"></div><div class="track">""");
        foreach (var day in _axis.Days)
        {
            Line($"<div class=\"day {Place(day.Offset, day.Offset + day.Minutes)}\"><b>{day.Day.ToString("ddd d MMM", CultureInfo.InvariantCulture)}</b></div>");
            foreach (var (at, offset) in day.Hours(_view.Clock))
                Line($"<div class=\"hour {Place(offset, Math.Min(offset + 60, day.Offset + day.Minutes))}\">{at.ToString("HH", CultureInfo.InvariantCulture)}</div>");
        }
        Line("</div></div>");
        Line("<h2>Technicians</h2>");
        var technicians = (_view.Shop?.Technicians.Select(t => (t.Id, t.Name)) ?? [])
            .Union(_view.Entries.Select(e => (e.Item.TechnicianId, e.Item.Technician)))
            .DistinctBy(t => t.Item1)
            .OrderBy(t => t.Item2, StringComparer.OrdinalIgnoreCase).ThenBy(t => t.Item1);
        foreach (var (id, name) in technicians)
        {
            var facts = _view.Shop?.Technicians.FirstOrDefault(t => t.Id == id);
            Row(name, facts?.Windows, facts?.Overtime, _view.Plan.Calendar.Where(c => c.TechnicianId is null || c.TechnicianId == id),
                [.. _view.Entries.Where(e => e.Item.TechnicianId == id)], byTechnician: true);
        }
        Line("<h2>Bays</h2>");
        var bays = (_view.Shop?.Bays.Where(b => b.IsOffered).Select(b => (b.Id, b.Name)) ?? [])
            .Union(_view.Entries.Where(e => e.Item.BayId is not null).Select(e => (e.Item.BayId!.Value, e.Item.Bay!)))
            .DistinctBy(b => b.Item1)
            .OrderBy(b => b.Item2, StringComparer.OrdinalIgnoreCase).ThenBy(b => b.Item1);
        foreach (var (id, name) in bays)
        {
            var facts = _view.Shop?.Bays.FirstOrDefault(b => b.Id == id);
            Row(name, facts is { IsOffered: true } ? facts.Windows : null, null, _view.Plan.Calendar.Where(c => c.TechnicianId is null),
                [.. _view.Entries.Where(e => e.Item.BayId == id)], byTechnician: false);
        }
        Line("</div></div>");
    }

    private void Row(
        string name, MinuteSet? windows, MinuteSet? overtime, IEnumerable<CalendarRow> closures, PlanEntry[] entries, bool byTechnician)
    {
        var laneOf = Lanes(entries);
        var lanes = laneOf.Count == 0 ? 1 : laneOf.Values.Max() + 1;
        Line($"<div class=\"row h{Math.Min(lanes, 12)}\" role=\"group\" aria-label=\"{Text(name)}, {PlanPrinter.Count(entries.Length, "task")}\">");
        Line($"<div class=\"name\"><bdi>{Text(name, 60)}</bdi></div><div class=\"track\">");
        Shades(windows, overtime, closures);
        foreach (var entry in entries)
        {
            var stretches = byTechnician ? Stretches(entry) : [(entry.Item.StartAt, entry.Item.EndAt)];
            var first = true;
            foreach (var (start, end) in stretches)
            {
                Box(entry, start, end, Math.Min(laneOf[entry], 11), isFirst: first, byTechnician);
                first = false;
            }
        }
        Line("</div></div>");
    }

    // Working time is light; what is not, dark; leave and closures are hatched and say what they are.
    private void Shades(MinuteSet? windows, MinuteSet? overtime, IEnumerable<CalendarRow> closures)
    {
        if (windows is not null && _view.Horizon is { } horizon)
        {
            foreach (var range in windows.Ranges)
                Line($"<i class=\"open {Place(_axis.At(horizon.At(range.Start)), _axis.At(horizon.At(range.End)))}\"></i>");
            foreach (var range in overtime?.Ranges ?? [])
                Line($"<i class=\"over {Place(_axis.At(horizon.At(range.Start)), _axis.At(horizon.At(range.End)))}\"></i>");
        }
        else
        {
            Line($"<i class=\"open {Place(0, _axis.Minutes)}\"></i>");
        }
        foreach (var day in _axis.Days.Skip(1))
            Line($"<i class=\"midnight {Place(day.Offset, day.Offset)}\"></i>");
        foreach (var closure in closures)
        {
            foreach (var day in _axis.Days)
            {
                var (start, end) = (_axis.At(Latest(closure.StartAt, day.Start)), _axis.At(Earliest(closure.EndAt, day.End)));
                if (closure.StartAt < day.End && closure.EndAt > day.Start && end > start)
                    Line($"<i class=\"leave {Place(start, end)}\" title=\"{Text(closure.Type)}\">{Text(closure.Type)}</i>");
            }
        }
    }

    private void Box(PlanEntry entry, DateTimeOffset start, DateTimeOffset end, int lane, bool isFirst, bool byTechnician)
    {
        var item = entry.Item;
        var order = _colours[item.WorkOrderId];
        var classes = $"item c{order % Colours} s{order / Colours % 3} l{lane} {Place(_axis.At(start), _axis.At(end))}{(entry.LateBy > TimeSpan.Zero ? " late" : "")}{(item.IsLocked ? " locked" : "")}";
        var marks = Marks(entry);
        var number = _numbers[item.TaskId];
        if (isFirst)
        {
            var where = byTechnician ? item.Bay is { } bay ? $"in {bay}" : "no bay" : $"by {item.Technician}";
            Line($"<button type=\"button\" class=\"{classes}\" data-task=\"{number}\" data-order=\"{order}\" aria-label=\"{Text(Spoken(entry))}\">"
                + $"<span class=\"unit\">{marks}<bdi>{Text(item.Unit, 40)}</bdi></span><span class=\"what\">{Text(item.TaskType)} <bdi>{Text(where, 60)}</bdi></span></button>");
        }
        else
        {
            Line($"<span class=\"{classes} more\" data-task=\"{number}\" data-order=\"{order}\" aria-hidden=\"true\"><span class=\"unit\">… <bdi>{Text(item.Unit, 40)}</bdi></span></span>");
        }
    }

    private static string Marks(PlanEntry entry) =>
        (entry.Item.IsLocked ? Icon("lock") : "") + (entry.IsInProgress ? Icon("going") : "")
        + (entry.LateBy > TimeSpan.Zero ? Icon("late") : "") + (entry.HasOvertime ? Icon("over") : "");

    private static string Icon(string name) => $"<svg class=\"{name}\" aria-hidden=\"true\"><use href=\"#{name}\"/></svg>";

    private string Spoken(PlanEntry entry)
    {
        var marks = string.Join(", ", entry.Marks);
        return $"Unit {entry.Item.Unit}, {entry.Item.TaskType}, {_view.Clock.Say(entry.Item.StartAt)} to {_view.Time(entry.Item.EndAt, entry.Item.StartAt)}, "
            + $"{entry.Item.Technician}, {entry.Item.Bay ?? "no bay"}{(marks.Length > 0 ? $", {marks}" : "")}";
    }

    private void Details(PlanEntry entry)
    {
        var item = entry.Item;
        Line($"<div id=\"d{_numbers[item.TaskId]}\"><h3><bdi>{Text(item.Unit, 60)}</bdi>: {Text(item.TaskType)}</h3><dl>");
        Fact("when", $"{_view.Clock.Say(item.StartAt)} to {_view.Time(item.EndAt, item.StartAt)}");
        if (entry.IsSplit)
            Fact("worked in", string.Join("; ", entry.Why.Segments.Select(s => $"{_view.Clock.Say(s.Start)} to {_view.Time(s.End, s.Start)}")));
        Fact("technician", item.Technician);
        Fact("bay", item.Bay ?? "none needed");
        Fact("priority", $"{item.Priority} of 5");
        Fact("customer", item.Customer);
        Fact("due", entry.DueAt is { } due ? _view.Clock.Say(due) : item.DueDate);
        Fact("promised", item.CommitmentAt is { } at ? _view.Clock.Say(at) : null);
        Fact("marks", string.Join(", ", entry.Marks));
        Line("</dl>");
        foreach (var sentence in _view.Why(entry))
            Line($"<p>{Text(sentence, 1_000)}</p>");
        Line($"<p class=\"id\">Task {item.TaskId}</p></div>");

        void Fact(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
                Line($"<dt>{name}</dt><dd><bdi>{Text(value, 500)}</bdi></dd>");
        }
    }

    private void Legend() => Line($"""
        <p class="legend"><span><b>{Icon("lock")}</b> locked</span> <span><b>{Icon("going")}</b> in progress</span> <span><b>{Icon("late")}</b> late: ends after it is due or promised</span> <span><b>{Icon("over")}</b> overtime</span> <span><i class="key open"></i> at work, open</span> <span><i class="key"></i> not at work, closed</span> <span><i class="key over"></i> overtime allowed</span> <span><i class="key leave"></i> leave, closure</span> <span>One colour and edge is one work order.</span></p>
        """);

    private void LeftOut()
    {
        if (_view.Details.LeftOut.Count == 0)
            return;
        Line($"<section><h2>Left out: {_view.Details.LeftOut.Count}</h2><table><thead><tr><th scope=\"col\">task</th><th scope=\"col\">why</th></tr></thead><tbody>");
        foreach (var task in _view.Details.LeftOut)
            Line($"<tr><th scope=\"row\"><bdi>{Text(task.Task)}</bdi></th><td><bdi>{Text(task.Reason, 1_000)}</bdi></td></tr>");
        Line("</tbody></table></section>");
    }

    private void List(string heading, IReadOnlyList<string> lines)
    {
        if (lines.Count == 0)
            return;
        Line($"<section><h2>{heading}</h2><ul>");
        foreach (var line in lines)
            Line($"<li><bdi>{Text(line, 1_000)}</bdi></li>");
        Line("</ul></section>");
    }

    private void Tables()
    {
        Line("<section class=\"lists\"><h2>By technician and day</h2>");
        foreach (var technician in _view.ByTechnician)
        {
            Line($"<table><caption><bdi>{Text(technician.Key.Name)}</bdi></caption><thead><tr><th scope=\"col\">day</th><th scope=\"col\">time</th><th scope=\"col\">unit</th>"
                + "<th scope=\"col\">task</th><th scope=\"col\">bay</th><th scope=\"col\">marks</th></tr></thead><tbody>");
            foreach (var entry in technician)
            {
                Line($"<tr><th scope=\"row\">{_view.Day(entry.Item.StartAt)}</th><td>{_view.Time(entry.Item.StartAt, entry.Item.StartAt)}–{_view.Time(entry.Item.EndAt, entry.Item.StartAt)}</td>"
                    + $"<td><bdi>{Text(entry.Item.Unit, 60)}</bdi></td><td>{Text(entry.Item.TaskType)}</td><td><bdi>{Text(entry.Item.Bay ?? "–", 60)}</bdi></td><td>{Text(string.Join(", ", entry.Marks))}</td></tr>");
            }
            Line("</tbody></table>");
        }
        Line("</section>");
    }

    // As few lanes as there are at once.
    private static Dictionary<PlanEntry, int> Lanes(PlanEntry[] entries)
    {
        var lanes = new List<DateTimeOffset>();
        var laneOf = new Dictionary<PlanEntry, int>(ReferenceEqualityComparer.Instance);
        foreach (var entry in entries.OrderBy(e => e.Item.StartAt).ThenBy(e => e.Item.TaskId))
        {
            var lane = lanes.FindIndex(end => end <= entry.Item.StartAt);
            if (lane < 0)
            {
                lane = lanes.Count;
                lanes.Add(default);
            }
            lanes[lane] = entry.Item.EndAt;
            laneOf[entry] = lane;
        }
        return laneOf;
    }

    private static IEnumerable<(DateTimeOffset Start, DateTimeOffset End)> Stretches(PlanEntry entry) =>
        entry.IsSplit ? entry.Why.Segments : [(entry.Item.StartAt, entry.Item.EndAt)];

    // A class a place, as the page's policy allows no style on an element.
    private string Place(double start, double end)
    {
        if (!_places.TryGetValue((start, end), out var number))
            _places[(start, end)] = number = _places.Count;
        return $"p{number}";
    }

    private string Places()
    {
        var css = new StringBuilder();
        css.Append(CultureInfo.InvariantCulture, $"#canvas{{--w:{_axis.Minutes / 60 * PixelsPerHour:0}px}}\n");
        foreach (var ((start, end), number) in _places.OrderBy(p => p.Value))
            css.Append(CultureInfo.InvariantCulture, $".p{number}{{left:{start / _axis.Minutes * 100:0.####}%;width:{(end - start) / _axis.Minutes * 100:0.####}%}}\n");
        return css.ToString();
    }

    private void Line(string line) => _html.Append(line).Append('\n');

    private static string Text(string? text, int max = 200) => WebUtility.HtmlEncode(Printable.Line(text, max));

    private static string Number(double number) => number.ToString("0.####", CultureInfo.InvariantCulture);

    private static DateTimeOffset Latest(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;

    private static DateTimeOffset Earliest(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;

    private static string Hash(string text) => $"sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}";

    private static string Resource(string name)
    {
        using var stream = typeof(PlanPage).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd().Replace("\r\n", "\n", StringComparison.Ordinal);
    }
}
