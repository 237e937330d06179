-- Opens a run. Parameters: $1 command, $2 now. Returns its number.
insert into job_runs (command, started_at) values ($1, $2) returning id
