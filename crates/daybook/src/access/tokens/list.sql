-- Tokens, newest first. $1 their owner, NULL for all.
select
    t.id, t.name, t.role::text, u.name, t.created_at, t.expires_at, t.last_used_at, t.revoked_at
from api_tokens t
left join users u on u.id = t.owner_id
where $1 is null or t.owner_id = $1
order by t.created_at desc, t.id desc
