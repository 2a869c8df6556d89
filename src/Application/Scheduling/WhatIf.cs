using System.Globalization;
using Woflo.Domain.Scheduling;

namespace Woflo.Application.Scheduling;

/// <summary>A change to a shop that nobody has made yet. Rows are named as people name them: by id or its beginning, by name, by unit.</summary>
public abstract record WhatIf
{
    /// <summary>The shop with the change, the one given untouched.</summary>
    /// <exception cref="FormatException">It names something that is not there, or is not one thing; or it cannot be done.</exception>
    public abstract ShopFacts Apply(ShopFacts shop, Horizon horizon);

    public sealed record TechnicianOut(string Technician, DateTimeOffset From, DateTimeOffset Until) : WhatIf
    {
        public override ShopFacts Apply(ShopFacts shop, Horizon horizon)
        {
            if (Until <= From)
                throw new FormatException("the time out ends before it begins.");
            var away = FindTechnician(shop, Technician);
            var (start, end) = (horizon.Floor(From), horizon.Ceiling(Until));
            return shop with
            {
                Technicians = Replaced(shop.Technicians, away, away with
                {
                    Windows = away.Windows.Subtract(start, end),
                    Overtime = away.Overtime?.Subtract(start, end),
                }),
            };
        }
    }

    /// <summary>All parts of the work order that are still to come arrive then.</summary>
    public sealed record PartsArrive(string WorkOrder, DateTimeOffset At) : WhatIf
    {
        public override ShopFacts Apply(ShopFacts shop, Horizon horizon)
        {
            var order = FindWorkOrder(shop, WorkOrder);
            var isThere = At <= horizon.Now;
            return shop with
            {
                WorkOrders = Replaced(shop.WorkOrders, order, order with
                {
                    PartsReady = isThere || order.PartsReady,
                    PartsEta = isThere ? null : At,
                    HasPartsWithoutEta = false,
                }),
            };
        }
    }

    public sealed record Prioritised(string WorkOrder, int Priority) : WhatIf
    {
        public override ShopFacts Apply(ShopFacts shop, Horizon horizon)
        {
            if (Priority is < 1 or > 5)
                throw new FormatException($"priority {Priority} is not from 1 to 5; 5 is the most urgent.");
            var order = FindWorkOrder(shop, WorkOrder);
            return shop with { WorkOrders = Replaced(shop.WorkOrders, order, order with { Priority = Priority }) };
        }
    }

    /// <summary>A dispatcher holds the task there, as far as it is said.</summary>
    public sealed record Moved(string Task, string? Technician, DateTimeOffset? StartsAt) : WhatIf
    {
        public override ShopFacts Apply(ShopFacts shop, Horizon horizon)
        {
            if (Technician is null && StartsAt is null)
                throw new FormatException("a move names a technician, a start, or both.");
            var task = FindTask(shop, Task);
            if (task.Progress is TaskProgress.InProgress or TaskProgress.Blocked)
                throw new FormatException($"task {task.Id} is {(task.Progress == TaskProgress.Blocked ? "blocked" : "in progress")} and cannot be moved.");
            if (StartsAt < horizon.Now)
                throw new FormatException($"the start {StartsAt:yyyy-MM-dd HH:mm zzz} has passed.");
            var held = task.Lock ?? new Place();
            return shop with
            {
                Tasks = Replaced(shop.Tasks, task, task with
                {
                    Lock = held with
                    {
                        TechnicianId = Technician is null ? held.TechnicianId : FindTechnician(shop, Technician).Id,
                        StartsAt = StartsAt ?? held.StartsAt,
                        EndsAt = StartsAt is null ? held.EndsAt : null,
                    },
                }),
            };
        }
    }

    public static TechnicianFacts FindTechnician(ShopFacts shop, string named) =>
        One(shop.Technicians, named, t => t.Id, t => Same(t.Name, named), t => t.Name, "technician", "a name or an id");

    public static WorkOrderFacts FindWorkOrder(ShopFacts shop, string named) =>
        One(shop.WorkOrders, named, w => w.Id, w => Same(w.Name, named) || Same(w.Name, $"unit {named}"), w => w.Name, "open work order", "a unit or an id");

    public static TaskFacts FindTask(ShopFacts shop, string named) =>
        One(shop.Tasks, named, t => t.Id, _ => false, t => t.Type.Name, "open task", "an id or its beginning");

    private static T One<T>(
        IReadOnlyList<T> rows, string named, Func<T, Guid> id, Func<T, bool> isCalled, Func<T, string> name, string what, string expected)
    {
        var text = named.Trim();
        var found = rows.Where(isCalled).ToArray();
        if (found.Length == 0 && text.Length >= 4)
            found = [.. rows.Where(row => id(row).ToString().StartsWith(text, StringComparison.OrdinalIgnoreCase))];
        return found switch
        {
            [var only] => only,
            [] => throw new FormatException($"the shop has no {what} '{named}'; expected {expected}."),
            _ => throw new FormatException(string.Create(CultureInfo.InvariantCulture,
                $"'{named}' is {found.Length} {what}s; name one by its id: {string.Join(", ", found.Take(8).Select(row => $"{id(row)} ({name(row)})"))}.")),
        };
    }

    private static bool Same(string a, string b) => a.AsSpan().Trim().Equals(b.AsSpan().Trim(), StringComparison.OrdinalIgnoreCase);

    private static T[] Replaced<T>(IReadOnlyList<T> rows, T old, T @new) where T : class =>
        [.. rows.Select(row => ReferenceEquals(row, old) ? @new : row)];
}
