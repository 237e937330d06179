-- Buckets of categories whose stored figures differ from a recount, and days whose categories do not
-- add up to the day; written apart from the program's definition. A day that waits in the rebuild queue is not promised to
-- be exact.
with money as (
    select
        o.id, cast(o.order_date as date) as stat_date, o.platform::text, o.status, m.category_id, 1 as is_there,
        l.discount_amount + l.final_amount as gross, l.discount_amount as discount, l.final_amount as paid
    from orders o
    cross join lateral unnest(o.lines) l
    left join product_categories m on (m.platform, m.product_id) = (o.platform, l.product_id)
    union all
    -- What the lines do not explain is in no category, and does not count the order there; one without lines is counted.
    select
        o.id, cast(o.order_date as date), o.platform, o.status, null,
        case when cardinality(o.lines) > 0 then 0 else 1 end,
        o.total_amount - coalesce((select sum(l.discount_amount + l.final_amount) from unnest(o.lines) l), 0),
        coalesce(o.discount_amount, 0) - coalesce((select sum(l.discount_amount) from unnest(o.lines) l), 0),
        o.final_amount - coalesce((select sum(l.final_amount) from unnest(o.lines) l), 0)
    from orders o
),
touched as (
    select id, stat_date, platform, status, coalesce(category_id, '?') as value, max(is_there) as is_there,
           sum(gross) as gross, sum(discount) as discount, sum(paid) as paid
    from money group by id, stat_date, platform, status, category_id
),
recount as (
    select stat_date, platform, value, sum(is_there) as orders,
           sum(case when status = 'completed' then is_there else 0 end) as completed,
           sum(case when status = 'cancelled' then is_there else 0 end) as cancelled,
           sum(gross) as gross, sum(case when status = 'completed' then paid else 0 end) as revenue,
           sum(discount) as discount
    from touched group by stat_date, platform, value
    having sum(is_there) <> 0 or sum(gross) <> 0 or sum(discount) <> 0
        or sum(case when status = 'completed' then paid else 0 end) <> 0
),
kept as (
    select stat_date, platform::text, coalesce(category_id, '?') as value, total_orders as orders,
           completed_orders as completed, cancelled_orders as cancelled,
           gross_merchandise_value as gross, total_revenue as revenue, total_discount as discount
    from daily_category_statistics
),
differing as (
    select stat_date
    from kept l
    full join recount r using (stat_date, platform, value)
    where (l.orders, l.completed, l.cancelled, l.gross, l.revenue, l.discount)
          is distinct from
          (r.orders, r.completed, r.cancelled, r.gross, r.revenue, r.discount)
    union all
    select stat_date
    from (
        select stat_date, platform, sum(gross) as gross, sum(revenue) as revenue, sum(discount) as discount
        from kept group by stat_date, platform
    ) c
    full join (select stat_date, platform::text, gross_merchandise_value, total_revenue, total_discount
               from daily_order_statistics
               ) d using (stat_date, platform)
    where (c.gross, c.revenue, c.discount)
          is distinct from (d.gross_merchandise_value, d.total_revenue, d.total_discount)
)
select count(*) as differing_buckets
from differing
where stat_date not in (select stat_date from stats_rebuild_marks)
