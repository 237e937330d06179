-- Sets the password of user $1 to the one with hash $2, at $3.
update users set password_hash = $2, password_changed_at = $3 where id = $1
