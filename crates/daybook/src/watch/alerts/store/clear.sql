-- The condition of an alert is gone. Parameters: $1 key, $2 began at, $3 now.
update alerts set clear_since = $3 where condition_key = $1 and began_at = $2
