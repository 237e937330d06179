-- Adds to the buckets of daily_grain_statistics.
--
-- Parameters, an element each for what the orders of a day, platform and status add to a bucket:
--             $1 text[] days, $2 text[] platforms, $3 text[] statuses, $4 text[] grains, $5 text[] keys, each the text of an
--             array, $6 bigint[] orders, $7 to $9 text[] of their total_amount, discount_amount and final_amount;
--             $10 now as civil time in the business zone.
-- Returns: rows written, and days with buckets that may have become empty.
with told as (
    select
        t.stat_date::date as stat_date, t.platform, t.grain, t.key::text[] as key, t.orders,
        m.total_orders, m.completed_orders, m.cancelled_orders, m.pending_orders, m.gross_merchandise_value,
        coalesce(m.total_revenue, 0) as total_revenue, coalesce(m.total_discount, 0) as total_discount
    from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9) t (
        stat_date, platform, status, grain, key, orders, total_amount, discount_amount, final_amount
    )
    cross join lateral order_measures(
        t.status::varchar, t.total_amount::numeric, t.discount_amount::numeric, t.final_amount::numeric
    ) m
),
delta as (
    select
        t.grain, t.stat_date, t.platform, t.key,
        sum(t.orders * t.total_orders)::bigint as total_orders,
        sum(t.orders * t.completed_orders)::bigint as completed_orders,
        sum(t.orders * t.cancelled_orders)::bigint as cancelled_orders,
        sum(t.orders * t.pending_orders)::bigint as pending_orders,
        sum(t.gross_merchandise_value) as gross_merchandise_value,
        sum(t.total_revenue) as total_revenue,
        sum(t.total_discount) as total_discount
    from told t
    group by t.grain, t.stat_date, t.platform, t.key
),
written as (
    insert into daily_grain_statistics as s (
        grain, stat_date, platform, key, total_orders, completed_orders, cancelled_orders, pending_orders,
        gross_merchandise_value, total_revenue, total_discount, created_at, updated_at
    )
    select
        d.grain, d.stat_date, d.platform, d.key, d.total_orders, d.completed_orders, d.cancelled_orders,
        d.pending_orders, d.gross_merchandise_value, d.total_revenue, d.total_discount, $10, $10
    from delta d
    where (d.total_orders, d.completed_orders, d.cancelled_orders, d.pending_orders,
           d.gross_merchandise_value, d.total_revenue, d.total_discount) <> (0, 0, 0, 0, 0, 0, 0)
    order by d.grain, d.stat_date, d.platform, d.key
    on conflict (grain, stat_date, platform, key) do update
    set total_orders = s.total_orders + excluded.total_orders,
        completed_orders = s.completed_orders + excluded.completed_orders,
        cancelled_orders = s.cancelled_orders + excluded.cancelled_orders,
        pending_orders = s.pending_orders + excluded.pending_orders,
        gross_merchandise_value = s.gross_merchandise_value + excluded.gross_merchandise_value,
        total_revenue = s.total_revenue + excluded.total_revenue,
        total_discount = s.total_discount + excluded.total_discount,
        updated_at = excluded.updated_at
    returning s.stat_date, s.total_orders
)
select
    (select count(*) from written) as rows_changed,
    array(select distinct w.stat_date from written w where w.total_orders = 0) as days_with_empty_buckets
