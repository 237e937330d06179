-- The channel did not take it. Parameters: $1 key, $2 began at, $3 event, $4 channel, $5 why, $6 when to try again or null to
-- give up, $7 now.
update alert_deliveries
set last_error = $5,
    due_at = coalesce($6, due_at),
    given_up_at = case when $6::timestamptz is null then $7::timestamptz end
where (condition_key, began_at, event, channel) = ($1, $2, $3, $4) and delivered_at is null
