-- What became of the messages about some alerts. Parameters: $1 keys, $2 when each began.
select d.condition_key, d.began_at, d.event, d.channel, d.attempts, d.last_error, d.delivered_at, d.given_up_at
from alert_deliveries d
join unnest($1::text[], $2::timestamptz[]) wanted (condition_key, began_at) using (condition_key, began_at)
order by d.channel, d.event
