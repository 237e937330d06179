-- Whether a login still holds. $1 hash of its id, $2 now. Looking is no use of it.
select exists (
    select from sessions s
    join users u on u.id = s.user_id
    where s.id_hash = $1
        and s.ended_at is null
        and s.idle_expires_at > $2
        and s.expires_at > $2
        and u.disabled_at is null
)
