-- The account to compare a login with. $1 name.
select u.id, u.password_hash from users u where u.name = $1 and u.disabled_at is null
