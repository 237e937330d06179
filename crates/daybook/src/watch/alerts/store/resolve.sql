-- An alert is resolved. Only channels that were told, or are to be told, that it fired hear of it.
--
-- Parameters: $1 key, $2 began at, $3 now, $4 channels.
with resolved as (
    update alerts
    set resolved_at = $3
    where condition_key = $1 and began_at = $2
    returning condition_key, began_at
)
insert into alert_deliveries (condition_key, began_at, event, channel, due_at)
select r.condition_key, r.began_at, 'resolved', d.channel, $3
from resolved r
join alert_deliveries d using (condition_key, began_at)
where d.event = 'fired' and d.given_up_at is null and d.channel = any ($4)
