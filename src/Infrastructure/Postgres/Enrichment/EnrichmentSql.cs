namespace Woflo.Infrastructure.Postgres.Enrichment;

internal static class EnrichmentSql
{
    /// By primary key; zero rows: the organisation has no such work order. Longer notes are cut by redaction anyway.
    public const string LoadNotes = """
        select left(notes, @max_length) from public.work_orders where id = @work_order_id and org_id = @org_id
        """;

    /// By primary key.
    public const string OrganisationOf = "select org_id from public.work_orders where id = @work_order_id";

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

    /// The accepted answers to the very same question, by ai_jobs_work_order_idx; the first source's first, and of one source the latest.
    public const string FindAnswer = """
        select j.provider, j.model, j.prompt_version, r.result
          from public.ai_jobs j
          join public.ai_results r on r.ai_job_id = j.id
          join unnest(@providers, @models, @versions) with ordinality s (provider, model, prompt_version, place)
            on (s.provider, s.model, s.prompt_version) = (j.provider, j.model, j.prompt_version)
         where j.work_order_id = @work_order_id and j.org_id = @org_id and j.step = @step and j.status = 'succeeded' and j.input_redacted = @input
         order by s.place, r.created_at desc, r.id
         limit 1
        """;

    /// The same work order, step, input and enricher have an answer, and no row waits for one: nothing to write.
    /// Relies on the work order's lock.
    public const string HasAnswer = """
        select exists (
          select 1 from public.ai_jobs j join public.ai_results r on r.ai_job_id = j.id
           where j.work_order_id = @work_order_id and j.org_id = @org_id and j.step = @step and j.status = @status
             and j.provider = @provider and j.model = @model and j.prompt_version = @prompt_version and j.input_redacted = @input)
           and not exists (
          select 1 from public.ai_jobs w
           where w.work_order_id = @work_order_id and w.org_id = @org_id and w.step = @step
             and w.status in ('queued', 'running') and w.input_redacted is null)
        """;

    /// One row a work order, step and input: the one that has this input, or that waits for its answer (queued, or failed before it had
    /// an input), becomes this one; else there is a new one. A row that a failure of ours left waiting goes where the input has its own.
    public const string SaveAnswer = """
        with same as (
          select id from public.ai_jobs
           where work_order_id = @work_order_id and org_id = @org_id and step = @step and input_redacted = @input
           order by created_at, id
           limit 1
        ), waiting as (
          select id, error is not null as is_ours from public.ai_jobs
           where work_order_id = @work_order_id and org_id = @org_id and step = @step
             and status in ('queued', 'running', 'failed') and input_redacted is null
           order by created_at, id
           limit 1
        ), dropped as (
          delete from public.ai_jobs j using waiting w where j.id = w.id and w.is_ours and exists (select 1 from same)
        ), target as (
          select id from waiting where not (is_ours and exists (select 1 from same))
          union all
          select id from same where not exists (select 1 from waiting where not is_ours)
        ), reused as (
          update public.ai_jobs j
             set status = @status, pipeline = @pipeline, provider = @provider, model = @model,
                 prompt_version = @prompt_version, input_redacted = @input, error = @error
            from target t where j.id = t.id
          returning j.id
        ), added as (
          insert into public.ai_jobs
            (org_id, work_order_id, status, pipeline, step, provider, model, prompt_version, input_redacted, error)
          select @org_id, @work_order_id, @status, @pipeline, @step, @provider, @model, @prompt_version, @input, @error
           where not exists (select 1 from target)
          returning id
        ), saved as (
          insert into public.ai_results (org_id, ai_job_id, work_order_id, result, raw_response, confidence)
          select @org_id, id, @work_order_id, @result::jsonb, @raw::jsonb, @confidence
            from (select id from reused union all select id from added) row
          returning ai_job_id
        )
        select ai_job_id from saved
        """;

    /// The attempts at a step belong to the row that came of them.
    public const string LinkCalls = """
        update woflo.ai_calls set ai_job_id = @ai_job_id where job_id = @job_id and step = @step and ai_job_id is null
        """;

    /// What was bought is used or given up: nothing is kept of it but its price, by ai_answers_job_idx. What jobs left behind whose rows are
    /// gone, and accounts of more than 400 days (by ai_calls_org_day_idx), go too; rows that somebody else is deleting are passed over.
    public const string Settle = """
        delete from woflo.ai_answers where job_id = @job_id;
        delete from woflo.ai_answers where (org_id, request_hash) in (
          select org_id, request_hash from woflo.ai_answers where created_at < now() - interval '30 days' limit 100 for update skip locked);
        delete from woflo.ai_calls where id in (
          select id from woflo.ai_calls where org_id = @org_id and day < current_date - 400 limit 100 for update skip locked);
        """;

    /// Filled is what is null, or still holds what the last run wrote; hours only as a pair. JSON's null counts as null: some drivers
    /// write it for nothing. A bay type that the shop does not have is left out, since a task that asks for it could never be placed.
    /// Relies on the work order's lock.
    public const string FillWorkOrder = """
        with free as (
          select w.id, w.job_category, w.estimated_hours_low as hours_low, w.estimated_hours_high as hours_high, w.required_bay_type as bay_type,
                 nullif(w.required_tools, 'null'::jsonb) as tools,
                 w.job_category is null or w.job_category = l.job_category as takes_category,
                 w.estimated_hours_low is null and w.estimated_hours_high is null
                   or (w.estimated_hours_low, w.estimated_hours_high) = (l.estimated_hours_low, l.estimated_hours_high) as takes_hours,
                 w.required_bay_type is null or w.required_bay_type = l.required_bay_type as takes_bay,
                 nullif(w.required_tools, 'null'::jsonb) is null or w.required_tools = l.required_tools as takes_tools,
                 (select b.bay_type from public.bays b
                   where b.org_id = @org_id and b.bay_type = @bay_type and b.is_active limit 1) as new_bay_type
            from public.work_orders w left join woflo.ai_written l on l.work_order_id = w.id
           where w.id = @work_order_id and w.org_id = @org_id
        ), ours as (
          select id, case when takes_category then @category end as job_category,
                 case when takes_hours then @hours_low end as hours_low, case when takes_hours then @hours_high end as hours_high,
                 case when takes_bay then new_bay_type end as bay_type, case when takes_tools then @tools::jsonb end as tools
            from free
        ), filled as (
          update public.work_orders w
             set job_category = coalesce(o.job_category, w.job_category), estimated_hours_low = coalesce(o.hours_low, w.estimated_hours_low),
                 estimated_hours_high = coalesce(o.hours_high, w.estimated_hours_high),
                 required_bay_type = coalesce(o.bay_type, w.required_bay_type), required_tools = coalesce(o.tools, w.required_tools)
            from ours o join free f on f.id = o.id
           where w.id = o.id
             and (coalesce(o.job_category, f.job_category), coalesce(o.hours_low, f.hours_low), coalesce(o.hours_high, f.hours_high),
                  coalesce(o.bay_type, f.bay_type), coalesce(o.tools, f.tools))
                 is distinct from (f.job_category, f.hours_low, f.hours_high, f.bay_type, f.tools)
        )
        insert into woflo.ai_written as l
          (work_order_id, org_id, job_category, estimated_hours_low, estimated_hours_high, required_bay_type, required_tools)
        select id, @org_id, job_category, hours_low, hours_high, bay_type, tools from ours
         where num_nonnulls(job_category, hours_low, bay_type, tools) > 0
        on conflict (work_order_id) do update
           set job_category = coalesce(excluded.job_category, l.job_category),
               estimated_hours_low = coalesce(excluded.estimated_hours_low, l.estimated_hours_low),
               estimated_hours_high = coalesce(excluded.estimated_hours_high, l.estimated_hours_high),
               required_bay_type = coalesce(excluded.required_bay_type, l.required_bay_type),
               required_tools = coalesce(excluded.required_tools, l.required_tools)
         where (l.job_category, l.estimated_hours_low, l.estimated_hours_high, l.required_bay_type, l.required_tools)
               is distinct from (
                 coalesce(excluded.job_category, l.job_category), coalesce(excluded.estimated_hours_low, l.estimated_hours_low),
                 coalesce(excluded.estimated_hours_high, l.estimated_hours_high), coalesce(excluded.required_bay_type, l.required_bay_type),
                 coalesce(excluded.required_tools, l.required_tools))
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

    /// Locks the work order by its primary key, before anything else is looked at.
    public const string LockForPlan = "select org_id from public.work_orders where id = @work_order_id for no key update";

    /// By the tasks' index on their work order.
    public const string CountTasks = "select count(*)::int from public.tasks where work_order_id = @work_order_id";

    /// The latest estimate, by ai_jobs_work_order_idx.
    public const string LatestEstimate = """
        select j.status, r.result from public.ai_jobs j join public.ai_results r on r.ai_job_id = j.id
         where j.work_order_id = @work_order_id and j.step = 'estimate' and j.status in ('succeeded', 'needs_review')
         order by r.created_at desc, r.id
         limit 1
        """;

    /// In the plan's order, a microsecond apart, since nothing else keeps it.
    public const string AddTasks = """
        insert into public.tasks
          (org_id, work_order_id, type, status, required_skill, required_bay_type, required_tools, duration_minutes_low, duration_minutes_high, created_at)
        select @org_id, @work_order_id, type, 'todo', skill,
               (select b.bay_type from public.bays b where b.org_id = @org_id and b.bay_type = @bay_type and b.is_active limit 1),
               @tools::jsonb, low, high, now() + place * interval '1 microsecond'
          from unnest(@types, @skills, @lows, @highs) with ordinality t (type, skill, low, high, place)
        """;
}
