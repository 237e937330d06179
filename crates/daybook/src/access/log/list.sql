-- The log of actions, newest first. $1, $2 time and id of the entry to go on after, NULL from the start; $3 how many.
select
    l.id, l.happened_at, l.actor_kind, l.actor, l.role::text, l.action, l.target, l.outcome, l.address, l.request_id
from action_log l
where $1 is null or (l.happened_at, l.id) < ($1, $2)
order by l.happened_at desc, l.id desc
limit $3
