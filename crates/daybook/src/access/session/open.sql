-- Opens a login. $1 hash of its id, $2 user, $3 the password hash that was compared, $4 secret against forged requests,
-- $5 address, $6 now, $7 end when idle, $8 end in any case. No row when the user was disabled or changed meanwhile: the
-- row lock makes this wait for whoever is doing that.
with allowed as (
    select u.id from users u where u.id = $2 and u.password_hash = $3 and u.disabled_at is null for share
)
insert into sessions (id_hash, user_id, csrf_secret, address, created_at, last_seen_at, idle_expires_at, expires_at)
select $1, a.id, $4, $5, $6, $6, $7, $8 from allowed a
