-- Notes a use of token $1 at $2.
update api_tokens set last_used_at = $2 where id = $1 and (last_used_at is null or last_used_at < $2)
