-- What the last comparison of stored figures with a recount found.
select id, (counts ->> 'divergences')::bigint as divergences
from job_runs
where command = 'validate' and outcome in ('succeeded', 'needs_attention')
order by started_at desc, id desc
limit 1
