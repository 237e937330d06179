-- Revokes token $1, if it is owner $2's (NULL: whoever's), at $3. Its name.
update api_tokens t set revoked_at = $3
where t.id = $1 and t.revoked_at is null and ($2 is null or t.owner_id = $2)
returning t.name
