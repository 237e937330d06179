-- Closes a run, unless a new leader has closed it already. Parameters: $1 run, $2 outcome, $3 counts, $4 error or null, $5 now.
update job_runs
set
    outcome = $2, counts = $3, error = $4, finished_at = greatest($5, started_at),
    request = case when request is not null then 'done' end
where id = $1 and finished_at is null
