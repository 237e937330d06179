-- Adds a user. $1 name, $2 hash of the password, $3 role, $4 now.
insert into users (name, password_hash, role, created_at, password_changed_at)
values ($1, $2, $3::text::access_role, $4, $4)
