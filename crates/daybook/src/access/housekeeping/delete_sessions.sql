-- Deletes logins that ended before $1.
delete from sessions where least(ended_at, idle_expires_at, expires_at) < $1
