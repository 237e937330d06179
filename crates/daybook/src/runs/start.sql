-- Opens a run. Parameters: $1 command, $2 now, $3 term of the leader that runs it, or null, $4 parameters. Returns its number;
-- no row when that term is over.
insert into job_runs (command, started_at, term, parameters)
select $1, $2, $3, $4
where $3::bigint is null or exists (select from leader_term t where t.term = $3)
returning id
