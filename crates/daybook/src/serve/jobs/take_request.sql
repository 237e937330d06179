-- Takes the oldest request that waits, or that a former leader took and did not finish: every one of them may be done again.
-- Parameters: $1 term, $2 now. Returns the run, its command and its parameters.
update job_runs r
set request = 'taken', term = $1, started_at = greatest($2, r.started_at)
from leader_term t
where t.term = $1
  and r.id = (
      select w.id from job_runs w
      where w.finished_at is null and (w.request = 'waiting' or w.request = 'taken' and w.term < $1)
      order by w.id
      limit 1
      for update skip locked
  )
returning r.id, r.command, r.parameters
