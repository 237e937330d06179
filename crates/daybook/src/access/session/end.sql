-- Ends a login. $1 hash of its id, $2 now.
update sessions set ended_at = $2 where id_hash = $1 and ended_at is null
