-- Creates a token. $1 its hash, $2 name, $3 role, $4 owner or NULL, $5 now, $6 end or NULL. Its number.
insert into api_tokens (token_hash, name, role, owner_id, created_at, expires_at)
values ($1, $2, $3::text::access_role, $4, $5, $6)
returning id
