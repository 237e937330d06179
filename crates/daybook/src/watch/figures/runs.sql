-- How the last finished run of each command ended, when one last succeeded, and how many ended how within a day.
--
-- A run that was cut off has no outcome. One that still works and has recorded something is as good as a success for what
-- went before it: following runs for days.
--
-- Parameters: $1 now. Only the last 35 days count: a command that is not used any more is nobody's concern.
with recent as (
    select id, command, started_at, finished_at, outcome, counts, error
    from job_runs
    where started_at > $1::timestamptz - interval '35 days'
),
last_finished as (
    select distinct on (command) id, command, started_at, finished_at, outcome, error
    from recent
    where outcome is not null
    order by command, started_at desc, id desc
)
select
    l.id, l.command, l.outcome, l.error,
    extract(epoch from l.finished_at - l.started_at)::double precision as seconds,
    (
        select max(r.finished_at) from recent r
        where r.command = l.command and r.outcome in ('succeeded', 'needs_attention')
    ) as last_success_at,
    exists (
        select from recent r
        where r.command = l.command and r.outcome is null and r.counts <> '{}'
          and (r.started_at, r.id) > (l.started_at, l.id)
    ) as goes_on,
    d.succeeded, d.needs_attention, d.failed
from last_finished l
cross join lateral (
    select
        count(*) filter (where r.outcome = 'succeeded') as succeeded,
        count(*) filter (where r.outcome = 'needs_attention') as needs_attention,
        count(*) filter (where r.outcome = 'failed') as failed
    from recent r
    where r.command = l.command and r.finished_at > $1::timestamptz - interval '1 day'
) d
order by l.command
