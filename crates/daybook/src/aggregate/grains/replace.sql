-- Makes daily_grain_statistics equal to a recount of some days, touching only rows that differ: an upsert would lock those
-- that it leaves alone as well, and write that down. Nobody else changes these days meanwhile; see
-- ../gate_rebuild_days.sql.
--
-- Parameters: $1 to $9 the recount, as told_buckets() takes it; $10 first day, $11 last day, $12 now as civil time in the
--             business zone.
-- Returns: rows written, rows removed because no order is left in their bucket.
with stored as (
    select s.* from daily_grain_statistics s where s.stat_date between $10 and $11
),
different as materialized (
    select
        grain, stat_date, platform, key, r.total_orders, r.completed_orders, r.cancelled_orders, r.pending_orders,
        r.gross_merchandise_value, r.total_revenue, r.total_discount
    from stored s
    full join told_buckets($1, $2, $3, $4, $5, $6, $7, $8, $9) r using (grain, stat_date, platform, key)
    where (s.total_orders, s.completed_orders, s.cancelled_orders, s.pending_orders, s.gross_merchandise_value,
           s.total_revenue, s.total_discount)
          is distinct from
          (r.total_orders, r.completed_orders, r.cancelled_orders, r.pending_orders, r.gross_merchandise_value,
           r.total_revenue, r.total_discount)
),
emptied as (
    delete from daily_grain_statistics s
    where s.stat_date between $10 and $11
      and (s.grain, s.stat_date, s.platform, s.key) in (
          select d.grain, d.stat_date, d.platform, d.key from different d where d.total_orders is null
      )
    returning 1
),
written as (
    insert into daily_grain_statistics as s (
        grain, stat_date, platform, key, total_orders, completed_orders, cancelled_orders, pending_orders,
        gross_merchandise_value, total_revenue, total_discount, created_at, updated_at
    )
    select
        d.grain, d.stat_date, d.platform, d.key, d.total_orders, d.completed_orders, d.cancelled_orders,
        d.pending_orders, d.gross_merchandise_value, d.total_revenue, d.total_discount, $12, $12
    from different d
    where d.total_orders is not null
    order by d.grain, d.stat_date, d.platform, d.key
    on conflict (grain, stat_date, platform, key) do update
    set total_orders = excluded.total_orders,
        completed_orders = excluded.completed_orders,
        cancelled_orders = excluded.cancelled_orders,
        pending_orders = excluded.pending_orders,
        gross_merchandise_value = excluded.gross_merchandise_value,
        total_revenue = excluded.total_revenue,
        total_discount = excluded.total_discount,
        updated_at = excluded.updated_at
    returning 1
)
select (select count(*) from written) as written, (select count(*) from emptied) as emptied
