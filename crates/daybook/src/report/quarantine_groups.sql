-- Documents in quarantine by why they could not be read, the most first. Parameters: $1 most groups.
select
    q.reason,
    q.platform::text as platform,
    q.field,
    count(*) as documents,
    max(q.last_seen_at) as last_seen_at,
    max(q.id) as sample
from order_quarantine q
group by q.reason, q.platform, q.field
order by count(*) desc, q.reason, q.platform, q.field
limit $1
