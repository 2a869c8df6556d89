namespace Woflo.Infrastructure.Postgres.Enrichment;

internal static class LedgerSql
{
    /// The database's clock and the shop's time zone, which make its day.
    public const string Now = "select now(), (select timezone from public.organizations where id = @org_id)";

    /// By primary key.
    public const string Answered = """
        select call_id, outcome, answer from woflo.ai_answers where org_id = @org_id and request_hash = @request_hash
        """;

    /// By primary key.
    public const string Paused = "select until - now(), reason from woflo.ai_pauses where route = @route and until > now()";

    /// The same request of this job, from an attempt whose worker vanished: this attempt holds the lease now, so nobody waits for it any more.
    /// Locks those rows, by ai_calls_job_idx. What they had set aside stays spent.
    public const string GiveUp = """
        update woflo.ai_calls set outcome = 'lost'
         where job_id = @job_id and request_hash = @request_hash and outcome is null
        """;

    public const string CountLost = """
        select count(*)::int from woflo.ai_calls where job_id = @job_id and request_hash = @request_hash and outcome = 'lost'
        """;

    /// The budget is kept here: the day's row is locked by its primary key, and raised only as far as the limits go, whatever other workers
    /// committed meanwhile. Zero rows: there is not enough left.
    public const string Reserve = """
        with reserved as (
          insert into woflo.ai_days as d (org_id, day, tokens, cost_micros) values (@org_id, @day, @tokens, @cost)
          on conflict (org_id, day) do update
             set tokens = d.tokens + excluded.tokens, cost_micros = d.cost_micros + excluded.cost_micros
           where d.tokens + excluded.tokens <= @token_limit and d.cost_micros + excluded.cost_micros <= @cost_limit
          returning 1
        )
        insert into woflo.ai_calls
          (org_id, day, job_id, work_order_id, step, provider, model, prompt_version, purpose, request_hash, reserved_tokens, reserved_micros)
        select @org_id, @day, @job_id, @work_order_id, @step, @provider, @model, @prompt_version, @purpose, @request_hash, @tokens, @cost
          from reserved
        returning id
        """;

    /// Locks the call, then the day, each by primary key. Zero rows: it was recorded before, or given up; then nothing changes.
    /// Another job's answer to the same request stays.
    public const string Record = """
        with recorded as (
          update woflo.ai_calls
             set outcome = @outcome, input_tokens = @input, cached_tokens = @cached, output_tokens = @output, cost_micros = @cost,
                 answered_at = now()
           where id = @id and outcome is null
          returning id, org_id, day, job_id, request_hash, reserved_tokens, reserved_micros
        ), kept as (
          insert into woflo.ai_answers (org_id, request_hash, call_id, job_id, outcome, answer)
          select org_id, request_hash, id, job_id, @outcome, @answer from recorded where @answer is not null
          on conflict (org_id, request_hash) do nothing
        )
        update woflo.ai_days d
           set tokens = d.tokens - r.reserved_tokens + coalesce(@tokens, r.reserved_tokens),
               cost_micros = d.cost_micros - r.reserved_micros + coalesce(@cost, r.reserved_micros)
          from recorded r
         where d.org_id = r.org_id and d.day = r.day
        """;

    /// The longest wish to wait counts.
    public const string Pause = """
        insert into woflo.ai_pauses as p (route, until, reason) values (@route, now() + @for, @reason)
        on conflict (route) do update
           set until = excluded.until, reason = excluded.reason
         where p.until < excluded.until
        """;

    /// By ai_calls_org_day_idx. A call without a count stands with what was set aside for it.
    public const string Usage = """
        select c.org_id, o.name as org_name, c.day, c.provider, c.model, c.step, count(*)::int as calls,
               count(*) filter (where c.outcome is null or c.outcome in ('lost', 'timed_out', 'unreachable', 'garbage'))::int as unanswered,
               sum(case when c.cost_micros is null then c.reserved_tokens else coalesce(c.input_tokens + c.output_tokens, 0) end)::bigint as tokens,
               sum(coalesce(c.cost_micros, c.reserved_micros))::bigint as cost_micros
          from public.organizations o join woflo.ai_calls c on c.org_id = o.id
         where (@org_id::uuid is null or o.id = @org_id) and c.day > (now() at time zone 'utc')::date - @days
         group by c.org_id, o.name, c.day, c.provider, c.model, c.step
         order by c.day desc, o.name, c.org_id, c.provider, c.model, c.step
         limit 10000
        """;
}
