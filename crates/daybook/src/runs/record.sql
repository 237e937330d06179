-- Stores what a run has done so far. Parameters: $1 run, $2 counts.
update job_runs set counts = $2 where id = $1
