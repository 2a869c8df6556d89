using System.Data;
using Dapper;
using Npgsql;
using Woflo.Application.Scheduling;

namespace Woflo.Infrastructure.Postgres.Scheduling;

internal sealed class PlanReader(NpgsqlDataSource dataSource) : IPlanReader
{
    private const string OrganisationsSql = """
        select id, name, timezone from public.organizations
         where id::text = lower(btrim(@idOrName)) or lower(btrim(name)) = lower(btrim(@idOrName))
         order by id
         limit 100
        """;

    // schedule_runs_org_created_idx.
    private const string PublishedSql = """
        select id from public.schedule_runs
         where org_id = @orgId and status = 'succeeded'
         order by created_at desc, id
         limit 1
        """;

    private const string RunSql = """
        select r.org_id, o.name, o.timezone, r.status, r.trigger, r.created_at, r.horizon_start, r.horizon_end, r.task_count,
               r.solver_wall_time_ms, r.objective_value, r.objective_breakdown::text as breakdown, r.solver_status, r.infeasible_reason,
               r.details::text as details
          from public.schedule_runs r
          join public.organizations o on o.id = r.org_id
         where r.id = @runId
        """;

    // The stand-in for work without a bay is no bay to a reader. schedule_items_run_idx.
    private const string ItemsSql = """
        select i.task_id, t.type as task_type, t.status as task_status, t.work_order_id, coalesce(u.unit_number, w.id::text) as unit,
               w.priority::int as priority, u.customer_name_redacted as customer, i.technician_id, n.name as technician,
               b.id as bay_id, b.name as bay, i.start_at, i.end_at, i.is_locked, i.why::text as why,
               w.due_date::text as due_date, w.customer_commitment_at as commitment_at
          from public.schedule_items i
          join public.tasks t on t.id = i.task_id and t.org_id = i.org_id
          join public.work_orders w on w.id = t.work_order_id and w.org_id = i.org_id
          left join public.units u on u.id = w.unit_id and u.org_id = i.org_id
          join public.technicians n on n.id = i.technician_id and n.org_id = i.org_id
          left join public.bays b on b.id = i.bay_id and b.org_id = i.org_id
                                 and not (b.name = 'No bay' and b.bay_type = 'none' and not b.is_active)
         where i.schedule_run_id = @runId and i.org_id = @orgId
         order by i.start_at, i.end_at, i.task_id
        """;

    private const string CalendarSql = """
        select technician_id, type, start_at, end_at from public.calendar_events
         where org_id = @orgId and start_at < @until and end_at > @since
         order by start_at, end_at, id
        """;

    // A run's job names it in its payload. job_queue_org_status_idx.
    private const string OpenJobSql = """
        select j.id
          from public.schedule_runs r
          join public.job_queue j on j.org_id = r.org_id and j.status in ('queued', 'running') and j.type = 'schedule_run'
                                 and j.payload ->> 'schedule_run_id' = r.id::text
         where r.id = @runId
         order by j.created_at desc, j.id
         limit 1
        """;

    public Task<IReadOnlyList<OrganisationRow>> Organisations(string idOrName, CancellationToken cancellation) =>
        Query<OrganisationRow>(OrganisationsSql, new { idOrName }, cancellation);

    public async Task<Guid?> PublishedRun(Guid orgId, CancellationToken cancellation) =>
        await Query<Guid>(PublishedSql, new { orgId }, cancellation) is [var id, ..] ? id : null;

    public Task<StoredPlan?> Read(Guid runId, CancellationToken cancellation) => DatabaseErrors.Guard(async () =>
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        // One snapshot: a run and the items it had then.
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
        async Task<List<T>> Rows<T>(string sql, object parameters) =>
            (await connection.QueryAsync<T>(new CommandDefinition(sql, parameters, transaction, cancellationToken: cancellation))).AsList();

        if (await Rows<RunRow>(RunSql, new { runId }) is not [var run])
            return null;
        var items = await Rows<ItemRow>(ItemsSql, new { runId, orgId = run.OrgId });
        var calendar = await Rows<EventRow>(CalendarSql, new { orgId = run.OrgId, since = run.HorizonStart, until = run.HorizonEnd });
        await transaction.CommitAsync(cancellation);
        return new StoredPlan(
            runId, new OrganisationRow(run.OrgId, run.Name, run.Timezone), run.Status, run.Trigger, Utc(run.CreatedAt),
            Utc(run.HorizonStart), Utc(run.HorizonEnd), run.TaskCount, run.SolverWallTimeMs, run.ObjectiveValue, run.Breakdown, run.SolverStatus,
            run.InfeasibleReason, run.Details,
            items.ConvertAll(i => new StoredItem(
                i.TaskId, i.TaskType, i.TaskStatus, i.WorkOrderId, i.Unit, i.Priority, i.Customer, i.TechnicianId, i.Technician, i.BayId, i.Bay,
                Utc(i.StartAt), Utc(i.EndAt), i.IsLocked, i.Why, i.DueDate, i.CommitmentAt is { } at ? Utc(at) : null)),
            calendar.ConvertAll(e => new CalendarRow(e.TechnicianId, e.Type, Utc(e.StartAt), Utc(e.EndAt))));
    });

    public async Task<Guid?> OpenJob(Guid runId, CancellationToken cancellation) =>
        await Query<Guid>(OpenJobSql, new { runId }, cancellation) is [var id, ..] ? id : null;

    private Task<IReadOnlyList<T>> Query<T>(string sql, object parameters, CancellationToken cancellation) =>
        DatabaseErrors.Guard<IReadOnlyList<T>>(async () =>
        {
            await using var connection = await dataSource.OpenConnectionAsync(cancellation);
            return [.. await connection.QueryAsync<T>(new CommandDefinition(sql, parameters, cancellationToken: cancellation))];
        });

    private static DateTimeOffset Utc(DateTime instant) => new(DateTime.SpecifyKind(instant, DateTimeKind.Utc));

    private sealed record RunRow(
        Guid OrgId, string Name, string Timezone, string Status, string Trigger, DateTime CreatedAt, DateTime HorizonStart, DateTime HorizonEnd,
        int TaskCount, int? SolverWallTimeMs, decimal? ObjectiveValue, string? Breakdown, string? SolverStatus, string? InfeasibleReason,
        string? Details);

    private sealed record ItemRow(
        Guid TaskId, string TaskType, string TaskStatus, Guid WorkOrderId, string Unit, int Priority, string? Customer, Guid TechnicianId,
        string Technician, Guid? BayId, string? Bay, DateTime StartAt, DateTime EndAt, bool IsLocked, string? Why, string? DueDate,
        DateTime? CommitmentAt);

    private sealed record EventRow(Guid? TechnicianId, string Type, DateTime StartAt, DateTime EndAt);
}
