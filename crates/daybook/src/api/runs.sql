-- Runs, newest first. Parameters: $1 command or null, $2 outcome or null ('running' for runs without one), $3 number of the
-- run to go on below, or null, $4 most runs.
select
    r.id, r.command, r.started_at, r.finished_at, r.outcome, r.counts, r.error, r.requested_by, r.parameters, r.request
from job_runs r
where ($1::text is null or r.command = $1)
  and ($2::text is null or coalesce(r.outcome, 'running') = $2)
  and ($3::bigint is null or r.id < $3)
order by r.id desc
limit $4
