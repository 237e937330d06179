-- Adds to the buckets of daily_grain_statistics.
--
-- Parameters: $1 to $9 what is added, as told_buckets() takes it; $10 now as civil time in the business zone.
-- Returns: rows written, and days with buckets that may have become empty.
with written as (
    insert into daily_grain_statistics as s (
        grain, stat_date, platform, key, total_orders, completed_orders, cancelled_orders, pending_orders,
        gross_merchandise_value, total_revenue, total_discount, created_at, updated_at
    )
    select
        d.grain, d.stat_date, d.platform, d.key, d.total_orders, d.completed_orders, d.cancelled_orders,
        d.pending_orders, d.gross_merchandise_value, d.total_revenue, d.total_discount, $10, $10
    from told_buckets($1, $2, $3, $4, $5, $6, $7, $8, $9) d
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
