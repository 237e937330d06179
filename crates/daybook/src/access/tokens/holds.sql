-- Whether token $1 still holds at $2. Looking is no use of it.
select exists (
    select from api_tokens t
    left join users u on u.id = t.owner_id
    where t.id = $1
        and t.revoked_at is null
        and (t.expires_at is null or t.expires_at > $2)
        and u.disabled_at is null
)
