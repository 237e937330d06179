-- An alert fires, and what is to be told about it on which channel is written down with it.
--
-- Parameters: $1 key, $2 began at, $3 now, $4 channels.
with fired as (
    update alerts
    set fired_at = $3
    where condition_key = $1 and began_at = $2
    returning condition_key, began_at
)
insert into alert_deliveries (condition_key, began_at, event, channel, due_at)
select f.condition_key, f.began_at, 'fired', c.channel, $3
from fired f
cross join unnest($4::text[]) c (channel)
