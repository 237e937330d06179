-- A user to change. $1 name.
select u.id, u.name, u.role::text, u.disabled_at is not null from users u where u.name = $1
