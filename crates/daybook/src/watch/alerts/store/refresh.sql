-- A condition still holds.
--
-- Parameters: $1 key, $2 began at, $3 now, $4 value, $5 threshold, $6 and $7 message in English and Vietnamese.
update alerts
set last_seen_at = $3, clear_since = null, value = $4, threshold = $5, message_en = $6, message_vi = $7
where condition_key = $1 and began_at = $2
