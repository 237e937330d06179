-- The channel took it. Parameters: $1 key, $2 began at, $3 event, $4 channel, $5 now.
update alert_deliveries
set delivered_at = $5, last_error = null
where (condition_key, began_at, event, channel) = ($1, $2, $3, $4) and delivered_at is null
