-- The last runs, newest first. Parameters: $1 how many.
select id, command, started_at, finished_at, outcome, counts, error, requested_by
from job_runs
order by started_at desc, id desc
limit $1
