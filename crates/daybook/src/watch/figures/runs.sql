-- How the last finished run of each command ended, of each marketplace where they run by themselves; when one last succeeded, and
-- how many ended how within a day.
--
-- A failure is made up for by a later run that did not fail, or is at work and has recorded something: following runs for days.
-- One that has been at work for a quarter of an hour counts as well, because whatever cannot work gives up before. A run of all
-- marketplaces speaks for each of them. Runs that ended because their process was lost say nothing about the command.
--
-- Parameters: $1 now. Only the last 35 days count: a command that is not used any more is nobody's concern.
with recent as (
    select
        id, command, parameters ->> 'platform' as platform, started_at, finished_at, outcome, counts, error,
        coalesce(error like 'the process that ran this was lost%', false) as was_lost
    from job_runs
    where started_at > $1::timestamptz - interval '35 days'
),
last_finished as (
    select distinct on (command, platform) id, command, platform, started_at, finished_at, outcome, error
    from recent
    where outcome is not null and not was_lost
    order by command, platform, started_at desc, id desc
)
select
    l.id, l.command, l.platform, l.outcome, l.error,
    extract(epoch from l.finished_at - l.started_at)::double precision as seconds,
    (
        select max(r.finished_at) from recent r
        where r.command = l.command and r.platform is not distinct from l.platform
          and r.outcome in ('succeeded', 'needs_attention')
    ) as last_success_at,
    l.outcome = 'failed' and not exists (
        select from recent r
        where r.command = l.command
          and (r.platform is not distinct from l.platform or r.platform is null or l.platform is null)
          and (r.started_at, r.id) > (l.started_at, l.id)
          and (
              r.outcome in ('succeeded', 'needs_attention')
              or r.outcome is null and (r.counts <> '{}' or r.started_at < $1::timestamptz - interval '15 minutes')
          )
    ) as is_failing,
    d.succeeded, d.needs_attention, d.failed
from last_finished l
cross join lateral (
    select
        count(*) filter (where r.outcome = 'succeeded') as succeeded,
        count(*) filter (where r.outcome = 'needs_attention') as needs_attention,
        count(*) filter (where r.outcome = 'failed') as failed
    from recent r
    where r.command = l.command and r.platform is not distinct from l.platform
      and r.finished_at > $1::timestamptz - interval '1 day'
) d
order by l.command, l.platform
