-- Adds to what a run has done so far, within the transaction that does it: parts of a run that work side by side add up.
-- Parameters: $1 run, $2 an object of whole numbers. Returns the sums.
update job_runs r
set counts = r.counts || (
    select coalesce(jsonb_object_agg(part.name, part.more::bigint + coalesce((r.counts ->> part.name)::bigint, 0)), '{}')
    from jsonb_each_text($2) as part (name, more)
)
where r.id = $1
returning r.counts
