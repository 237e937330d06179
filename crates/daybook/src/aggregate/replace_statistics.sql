-- Makes daily_order_statistics equal to rebuilt_statistics within the scope, touching only rows that differ.
-- Readers see the old figures of the whole scope until the transaction commits, then the new ones.
--
-- What changes of a day that was final already is recorded. A day is final when it has ended by the program's clock and by
-- the database's, as in close_days.sql.
--
-- Parameters: $1 first day, $2 last day, $3 date[] of the days within, or null for all,
--             $4 today in the business zone, $5 now as civil time in the business zone, $6 now, $7 run.
-- Returns: rows written, rows removed because their day has no order left.
with before as (
    select s.*
    from daily_order_statistics s
    where s.stat_date between $1 and $2
      and ($3::date[] is null or s.stat_date = any ($3))
),
closed_days as (
    select distinct b.stat_date from before b where b.is_final
),
emptied as (
    delete from daily_order_statistics s
    where s.stat_date between $1 and $2
      and ($3::date[] is null or s.stat_date = any ($3))
      and not exists (
          select from rebuilt_statistics r where r.stat_date = s.stat_date and r.platform = s.platform
      )
    returning s.*
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
        r.stat_date < least($4::date, (select (now() at time zone b.time_zone)::date from business_settings b)), $5, $5
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
    returning s.*
),
changed as (
    select
        coalesce(w.stat_date, b.stat_date) as stat_date,
        coalesce(w.platform, b.platform) as platform,
        audited_figures(
            b.total_orders, b.completed_orders, b.cancelled_orders, b.pending_orders,
            b.gross_merchandise_value, b.total_revenue, b.total_discount
        ) as before,
        audited_figures(
            w.total_orders, w.completed_orders, w.cancelled_orders, w.pending_orders,
            w.gross_merchandise_value, w.total_revenue, w.total_discount
        ) as after
    from written w
    full join (
        select b.*
        from before b
        where exists (select from written w where w.stat_date = b.stat_date and w.platform = b.platform)
           or exists (select from emptied e where e.stat_date = b.stat_date and e.platform = b.platform)
    ) b on b.stat_date = w.stat_date and b.platform = w.platform
),
audited as (
    insert into stats_audit (stat_date, platform, changed_at, cause, run_ids, by_hand, before, after)
    select c.stat_date, c.platform, $6, 'rebuild', array[$7::bigint], false, c.before, c.after
    from changed c
    join closed_days d using (stat_date)
    where c.before <> c.after
)
select
    (select count(*) from written) as written,
    (select count(*) from emptied) as emptied
