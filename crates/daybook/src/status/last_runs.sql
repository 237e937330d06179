-- The last runs, newest first.
select id, command, started_at, finished_at, outcome, counts, error
from job_runs
order by started_at desc, id desc
limit 10
