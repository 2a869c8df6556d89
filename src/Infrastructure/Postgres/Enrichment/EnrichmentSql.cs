namespace Woflo.Infrastructure.Postgres.Enrichment;

internal static class EnrichmentSql
{
    /// By primary key; zero rows: the organisation has no such work order. Longer notes are cut by redaction anyway.
    public const string LoadNotes = """
        select left(notes, @max_length) from public.work_orders where id = @work_order_id and org_id = @org_id
        """;

    public const string LoadPartNames = """
        select left(name, 200) from public.parts
         where work_order_id = @work_order_id and org_id = @org_id and status <> 'canceled'
         order by name, id
         limit 200
        """;

    /// By primary key.
    public const string LoadKey = "select key from woflo.redaction_keys where org_id = @org_id";

    /// Waits for whoever makes the same key at this moment, so that a statement after it sees the one that counts.
    public const string MakeKey = """
        insert into woflo.redaction_keys (org_id, key) values (@org_id, @key) on conflict (org_id) do nothing
        """;

    /// Locks the work order by its primary key, so that two jobs for it write one after the other and a person's edit
    /// is seen; rows that only refer to it can still be added. Zero rows: it is gone, or another organisation's.
    public const string LockWorkOrder = """
        select true from public.work_orders where id = @work_order_id and org_id = @org_id for no key update
        """;

    /// The same work order, step, input and enricher have an answer, and no row waits for one: nothing to write.
    /// Relies on the work order's lock.
    public const string HasAnswer = """
        select exists (
          select 1 from public.ai_jobs j join public.ai_results r on r.ai_job_id = j.id
           where j.work_order_id = @work_order_id and j.org_id = @org_id and j.step = @step and j.status = 'succeeded'
             and j.provider = @provider and j.model = @model and j.prompt_version = @prompt_version and j.input_redacted = @input)
           and not exists (
          select 1 from public.ai_jobs w
           where w.work_order_id = @work_order_id and w.org_id = @org_id and w.step = @step
             and w.status in ('queued', 'running') and w.input_redacted is null)
        """;

    /// A row that waits for its answer (queued, or failed before it had an input) becomes this one; else there is a new one.
    public const string SaveAnswer = """
        with waiting as (
          select id from public.ai_jobs
           where work_order_id = @work_order_id and org_id = @org_id and step = @step
             and status in ('queued', 'running', 'failed') and input_redacted is null
           order by created_at, id
           limit 1
        ), reused as (
          update public.ai_jobs j
             set status = 'succeeded', pipeline = @pipeline, provider = @provider, model = @model,
                 prompt_version = @prompt_version, input_redacted = @input, error = null
            from waiting w where j.id = w.id
          returning j.id
        ), added as (
          insert into public.ai_jobs
            (org_id, work_order_id, status, pipeline, step, provider, model, prompt_version, input_redacted)
          select @org_id, @work_order_id, 'succeeded', @pipeline, @step, @provider, @model, @prompt_version, @input
           where not exists (select 1 from waiting)
          returning id
        )
        insert into public.ai_results (org_id, ai_job_id, work_order_id, result, confidence)
        select @org_id, id, @work_order_id, @result::jsonb, @confidence
          from (select id from reused union all select id from added) row
        """;

    /// Only what is null is filled; hours only as a pair. JSON's null counts as null: some drivers write it for nothing.
    /// A bay type that the shop does not have is left out, since a task that asks for it could never be placed.
    public const string FillWorkOrder = """
        with filled as (
          select id,
                 coalesce(job_category, @category) as job_category,
                 case when estimated_hours_low is null and estimated_hours_high is null
                      then @hours_low else estimated_hours_low end as hours_low,
                 case when estimated_hours_low is null and estimated_hours_high is null
                      then @hours_high else estimated_hours_high end as hours_high,
                 coalesce(required_bay_type, (select b.bay_type from public.bays b
                                               where b.org_id = @org_id and b.bay_type = @bay_type and b.is_active
                                               limit 1)) as bay_type,
                 coalesce(nullif(required_tools, 'null'::jsonb), @tools::jsonb, required_tools) as tools
            from public.work_orders
           where id = @work_order_id and org_id = @org_id
        )
        update public.work_orders w
           set job_category = f.job_category, estimated_hours_low = f.hours_low, estimated_hours_high = f.hours_high,
               required_bay_type = f.bay_type, required_tools = f.tools
          from filled f
         where w.id = f.id
           and (w.job_category, w.estimated_hours_low, w.estimated_hours_high, w.required_bay_type, w.required_tools)
               is distinct from (f.job_category, f.hours_low, f.hours_high, f.bay_type, f.tools)
        """;

    /// A replayed job's failed row waits again; zero rows after a mere retry, which had written none.
    public const string Requeue = """
        update public.ai_jobs set status = 'queued'
         where work_order_id = @work_order_id and org_id = @org_id and step = any(@steps)
           and status in ('running', 'failed') and input_redacted is null
        """;

    /// The row that waits for this step fails; where there is none, a failed one says so.
    public const string Fail = """
        with marked as (
          update public.ai_jobs set status = 'failed', error = @error
           where work_order_id = @work_order_id and org_id = @org_id and step = any(@steps)
             and status in ('queued', 'running', 'failed') and input_redacted is null
          returning id
        )
        insert into public.ai_jobs (org_id, work_order_id, status, pipeline, step, error)
        select @org_id, @work_order_id, 'failed', @pipeline, @step, @error
         where not exists (select 1 from marked)
        """;

    /// A cancelled job leaves nothing waiting.
    public const string Cancel = """
        update public.ai_jobs set status = 'failed', error = @error
         where work_order_id = @work_order_id and org_id = @org_id and step = any(@steps)
           and status in ('queued', 'running') and input_redacted is null
        """;
}
