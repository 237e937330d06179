-- Who is logged in. $1 hash of the session's id, $2 now. Last column: whether the last use is to be noted.
select u.id, u.name, u.role::text, s.csrf_secret, s.last_seen_at < $2 - interval '1 minute'
from sessions s
join users u on u.id = s.user_id
where s.id_hash = $1
    and s.ended_at is null
    and s.idle_expires_at > $2
    and s.expires_at > $2
    and u.disabled_at is null
