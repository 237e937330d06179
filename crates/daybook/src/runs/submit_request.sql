-- Asks the leader for a run. Two who ask for the same at the same instant may both get a run; the leader does one after the
-- other, and the second changes nothing.
--
-- Parameters: $1 command, $2 parameters, $3 who asks, $4 idempotency key or null, $5 now.
-- Returns: the run, and what it is: waits (a new one), known (asked for before under this key), key_in_use (the key belongs
--          to something else), in_the_way (the same is under way).
with known as (
    select id, case when command = $1 and parameters = $2 then 'known' else 'key_in_use' end as what
    from job_runs
    where idempotency_key = $4
),
in_the_way as (
    select id, 'in_the_way' as what
    from job_runs
    where finished_at is null and request is not null and command = $1 and parameters = $2
    order by id
    limit 1
),
added as (
    insert into job_runs (command, started_at, parameters, requested_by, idempotency_key, request)
    select $1, $5, $2, $3, $4, 'waiting'
    where not exists (select from known) and not exists (select from in_the_way)
    on conflict (idempotency_key) do nothing
    returning id, 'waits' as what
)
select id, what from known
union all
select id, what from added
union all
select id, what from in_the_way where not exists (select from known)
limit 1
