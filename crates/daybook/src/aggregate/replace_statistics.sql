-- Makes daily_order_statistics equal to rebuilt_statistics within the scope, touching only rows that differ.
-- Readers see the old figures of the whole scope until the transaction commits, then the new ones.
--
-- Parameters: $1 first day, $2 last day, $3 date[] of the days within, or null for all,
--             $4 today in the business zone, $5 now as civil time in the business zone.
-- Returns: rows written, rows removed because their day has no order left, days with orders.
with emptied as (
    delete from daily_order_statistics s
    where s.stat_date between $1 and $2
      and ($3::date[] is null or s.stat_date = any ($3))
      and not exists (
          select from rebuilt_statistics r where r.stat_date = s.stat_date and r.platform = s.platform
      )
    returning 1
),
written as (
    insert into daily_order_statistics as s (
        stat_date, platform, total_orders, completed_orders, cancelled_orders, pending_orders,
        gross_merchandise_value, total_revenue, total_discount, cancellation_rate, avg_order_value,
        is_final, created_at, updated_at
    )
    select
        r.stat_date, r.platform, r.total_orders, r.completed_orders, r.cancelled_orders, r.pending_orders,
        r.gross_merchandise_value, r.total_revenue, r.total_discount, r.cancellation_rate, r.avg_order_value,
        r.stat_date < $4, $5, $5
    from rebuilt_statistics r
    order by r.stat_date, r.platform
    on conflict (stat_date, platform) do update
    set total_orders = excluded.total_orders,
        completed_orders = excluded.completed_orders,
        cancelled_orders = excluded.cancelled_orders,
        pending_orders = excluded.pending_orders,
        gross_merchandise_value = excluded.gross_merchandise_value,
        total_revenue = excluded.total_revenue,
        total_discount = excluded.total_discount,
        cancellation_rate = excluded.cancellation_rate,
        avg_order_value = excluded.avg_order_value,
        is_final = excluded.is_final,
        updated_at = excluded.updated_at
    where (s.total_orders, s.completed_orders, s.cancelled_orders, s.pending_orders, s.gross_merchandise_value,
           s.total_revenue, s.total_discount, s.cancellation_rate, s.avg_order_value, s.is_final)
          is distinct from
          (excluded.total_orders, excluded.completed_orders, excluded.cancelled_orders, excluded.pending_orders,
           excluded.gross_merchandise_value, excluded.total_revenue, excluded.total_discount,
           excluded.cancellation_rate, excluded.avg_order_value, excluded.is_final)
    returning 1
)
select
    (select count(*) from written) as written,
    (select count(*) from emptied) as emptied,
    (select count(distinct stat_date) from rebuilt_statistics) as days
