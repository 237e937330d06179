-- How long a writer has been waiting for a lock at this moment. Parameters: $1 the writers' backends.
-- Returns: milliseconds, null when none waits.
select max(extract(epoch from clock_timestamp() - waitstart) * 1000)::double precision
from pg_locks
where not granted and pid = any($1)
