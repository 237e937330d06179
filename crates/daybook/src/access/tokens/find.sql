-- Who a token stands for. $1 its hash, $2 now. A token may never do more than its owner; least() passes over the NULL of a
-- token without owner. Last column: whether the use is to be noted.
select
    t.id, t.name, least(t.role, u.role)::text, u.id, u.name,
    t.last_used_at is null or t.last_used_at < $2 - interval '1 minute'
from api_tokens t
left join users u on u.id = t.owner_id
where t.token_hash = $1
    and t.revoked_at is null
    and (t.expires_at is null or t.expires_at > $2)
    and u.disabled_at is null
