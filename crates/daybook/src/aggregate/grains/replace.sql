-- Makes daily_grain_statistics equal to a recount of some days, touching only rows that differ; see
-- ../replace_statistics.sql.
--
-- Parameters: $1 to $9 the recount, as told_buckets() takes it; $10 first day, $11 last day, $12 now as civil time in the
--             business zone.
-- Returns: rows written, rows removed because no order is left in their bucket.
with recounted as materialized (
    select r.* from told_buckets($1, $2, $3, $4, $5, $6, $7, $8, $9) r
),
emptied as (
    delete from daily_grain_statistics s
    where s.stat_date between $10 and $11
      and not exists (
          select
          from recounted r
          where (r.grain, r.stat_date, r.platform, r.key) = (s.grain, s.stat_date, s.platform, s.key)
      )
    returning 1
),
written as (
    insert into daily_grain_statistics as s (
        grain, stat_date, platform, key, total_orders, completed_orders, cancelled_orders, pending_orders,
        gross_merchandise_value, total_revenue, total_discount, created_at, updated_at
    )
    select
        r.grain, r.stat_date, r.platform, r.key, r.total_orders, r.completed_orders, r.cancelled_orders,
        r.pending_orders, r.gross_merchandise_value, r.total_revenue, r.total_discount, $12, $12
    from recounted r
    order by r.grain, r.stat_date, r.platform, r.key
    on conflict (grain, stat_date, platform, key) do update
    set total_orders = excluded.total_orders,
        completed_orders = excluded.completed_orders,
        cancelled_orders = excluded.cancelled_orders,
        pending_orders = excluded.pending_orders,
        gross_merchandise_value = excluded.gross_merchandise_value,
        total_revenue = excluded.total_revenue,
        total_discount = excluded.total_discount,
        updated_at = excluded.updated_at
    where (s.total_orders, s.completed_orders, s.cancelled_orders, s.pending_orders, s.gross_merchandise_value,
           s.total_revenue, s.total_discount)
          is distinct from
          (excluded.total_orders, excluded.completed_orders, excluded.cancelled_orders, excluded.pending_orders,
           excluded.gross_merchandise_value, excluded.total_revenue, excluded.total_discount)
    returning 1
)
select (select count(*) from written) as written, (select count(*) from emptied) as emptied
