-- Whether an admin is enabled.
select exists (select from users u where u.role = 'admin' and u.disabled_at is null)
