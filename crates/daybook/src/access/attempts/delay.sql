-- For how many seconds no password is looked at, or NULL. $1 bucket of the account, $2 of the address, $3 the account's name,
-- $4 the network of the address, $5 now. Where the account is known, strangers' wrong passwords do not delay it. A delay that was
-- set before the clock was set back would last for as long as the clock was wrong: it counts no more, but the wrong passwords do.
select ceil(extract(epoch from max(a.blocked_until) - $5))::bigint
from login_attempts a
where a.blocked_until > $5
    and a.last_failed_at <= $5 + interval '1 minute'
    and (
        (a.kind = 'address' and a.bucket = $2)
        or (
            a.kind = 'account' and a.bucket = $1
            and not exists (
                select from sessions s
                join users u on u.id = s.user_id
                where u.name = $3 and s.address <<= $4::text::inet
            )
        )
    )
