-- Deletes counts of wrong passwords whose last was before $1.
delete from login_attempts where last_failed_at < $1 and blocked_until < $1
