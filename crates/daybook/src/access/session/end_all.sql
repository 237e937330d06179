-- Ends all logins of a user. $1 user, $2 now.
update sessions set ended_at = $2 where user_id = $1 and ended_at is null
