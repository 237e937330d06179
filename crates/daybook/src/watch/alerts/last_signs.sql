-- When each marketplace was last heard of, as far as the orders of the last day tell.
--
-- Parameters: $1 now, $2 business zone.
select
    o.platform,
    max(case when o.ingested_at > '1971-01-01Z' then o.ingested_at else o.source_updated_at end) as last_seen
from orders o
where o.order_date > ($1::timestamptz - interval '1 day') at time zone $2::text
group by o.platform
