-- Notes a use of a login. $1 hash of its id, $2 now, $3 its end when it is idle from now on.
update sessions
set last_seen_at = $2, idle_expires_at = least($3, expires_at)
where id_hash = $1 and last_seen_at < $2
