-- All users, by name, with the last use of any of their logins.
select
    u.name, u.role::text, u.created_at, u.password_changed_at, u.disabled_at,
    (select max(s.last_seen_at) from sessions s where s.user_id = u.id)
from users u
order by u.name
