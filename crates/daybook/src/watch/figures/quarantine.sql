-- Documents in quarantine, and those that came in during the last hour, by marketplace.
--
-- Parameters: $1 now.
select
    coalesce(platform, 'unknown') as platform,
    count(*) as open,
    count(*) filter (where first_seen_at > $1::timestamptz - interval '1 hour' and first_seen_at <= $1) as lately
from order_quarantine
group by 1
order by 1
