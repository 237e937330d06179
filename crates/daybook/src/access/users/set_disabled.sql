-- Disables user $1 since $2, or enables the user when that is NULL.
update users set disabled_at = $2 where id = $1
