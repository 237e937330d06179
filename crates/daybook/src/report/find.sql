-- Orders whose number begins with some characters, shortest first, so that an exact match leads.
--
-- The range lets the unique index find them whatever the collation: of what numbers are made of, nothing sorts after z.
--
-- Parameters: $1 beginnings of one length, $2 platforms, $3 most orders.
select o.platform, o.order_code, o.order_date, o.status
from unnest($2::text[]) p (platform)
cross join unnest($1::text[]) b (beginning)
cross join lateral (
    select o.platform, o.order_code, o.order_date, o.status
    from orders o
    where o.platform = p.platform
      and o.order_code >= b.beginning
      and o.order_code <= b.beginning || repeat('z', 100)
      and starts_with(o.order_code, b.beginning)
    order by o.order_code
    limit $3
) o
order by length(o.order_code), o.order_code, o.platform
limit $3
