-- Closes the runs that former leaders left open. Those that somebody asked for are done again by the new leader instead.
-- Parameters: $1 the new term, $2 now.
update job_runs
set outcome = 'failed', error = 'the process that ran this was lost; the schedule goes on with another one', finished_at = greatest($2, started_at)
where finished_at is null and term < $1 and request is null
