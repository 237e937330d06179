-- Counts a wrong password. $1 bucket of the account, $2 of the address, $3 now. Accounts before addresses, always: two
-- attempts never wait for each other crosswise.
--
-- The first few cost nothing. Then the delay doubles from one second, up to a minute for an account and five for an address,
-- which has more of them free because a whole office may be behind it.
insert into login_attempts as a (kind, bucket, failures, last_failed_at, blocked_until)
select k.kind, k.bucket, 1, $3, $3
from (values ('account', $1), ('address', $2)) k (kind, bucket)
order by k.kind
on conflict (kind, bucket) do update set (failures, last_failed_at, blocked_until) = (
    select
        f.failures, excluded.last_failed_at,
        excluded.last_failed_at + case
            when f.failures < l.free then interval '0'
            else least(l.longest, interval '1 second' * 2 ^ least(f.failures - l.free, 16))
        end
    from (
        select case
            when a.last_failed_at < excluded.last_failed_at - interval '15 minutes' then 1
            else a.failures + 1
        end as failures
    ) f
    join (values ('account', 5, interval '1 minute'), ('address', 20, interval '5 minutes'))
        l (kind, free, longest) on l.kind = a.kind
)
