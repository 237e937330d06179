-- Whether another admin than $1 is enabled.
select exists (select from users u where u.role = 'admin' and u.disabled_at is null and u.id <> $1)
