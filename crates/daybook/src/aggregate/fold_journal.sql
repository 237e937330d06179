-- Moves a bounded number of journal entries into daily_order_statistics. One statement, so an entry is deleted and added
-- by the same commit, and stored + journal never changes by it.
--
-- Several folds at once take different entries. Rows of statistics are locked in key order, so two of them never wait
-- for each other crosswise; the second adds to what the first one left. What the fold changes of a final day is recorded.
--
-- Parameters: $1 floor, a transaction id as text: all entries of older transactions are gone; $2 most entries to take,
--             $3 now as civil time in the business zone, $4 now.
-- Returns: entries taken, rows written, days that may have become empty, and the floor that holds for the next call if
--          this one took all there were.
with picked as (
    select j.ctid
    from stats_journal j
    where j.made_in >= $1::text::xid8
    order by j.made_in
    limit $2
    for update skip locked
),
taken as (
    delete from stats_journal j
    using picked
    where j.ctid = picked.ctid
    returning j.*
),
delta as (
    select
        t.stat_date, t.platform,
        sum(t.total_orders)::bigint as total_orders,
        sum(t.completed_orders)::bigint as completed_orders,
        sum(t.cancelled_orders)::bigint as cancelled_orders,
        sum(t.pending_orders)::bigint as pending_orders,
        sum(t.gross_merchandise_value) as gross_merchandise_value,
        sum(t.total_revenue) as total_revenue,
        sum(t.total_discount) as total_discount,
        coalesce(array_agg(distinct t.run_id) filter (where t.run_id is not null), array[]::bigint[]) as run_ids,
        bool_or(t.run_id is null) as by_hand
    from taken t
    group by t.stat_date, t.platform
),
written as (
    insert into daily_order_statistics as s (
        stat_date, platform, total_orders, completed_orders, cancelled_orders, pending_orders,
        gross_merchandise_value, total_revenue, total_discount, cancellation_rate, avg_order_value,
        is_final, created_at, updated_at
    )
    select
        d.stat_date, d.platform, d.total_orders, d.completed_orders, d.cancelled_orders, d.pending_orders,
        d.gross_merchandise_value, d.total_revenue, d.total_discount,
        cancellation_rate(d.cancelled_orders, d.total_orders), avg_order_value(d.total_revenue, d.completed_orders),
        -- A marketplace that had no order on the day joins a day that is closed already.
        exists (select from daily_order_statistics f where f.stat_date = d.stat_date and f.is_final), $3, $3
    from delta d
    where (d.total_orders, d.completed_orders, d.cancelled_orders, d.pending_orders,
           d.gross_merchandise_value, d.total_revenue, d.total_discount) <> (0, 0, 0, 0, 0, 0, 0)
    order by d.stat_date, d.platform
    on conflict (stat_date, platform) do update
    set total_orders = s.total_orders + excluded.total_orders,
        completed_orders = s.completed_orders + excluded.completed_orders,
        cancelled_orders = s.cancelled_orders + excluded.cancelled_orders,
        pending_orders = s.pending_orders + excluded.pending_orders,
        gross_merchandise_value = s.gross_merchandise_value + excluded.gross_merchandise_value,
        total_revenue = s.total_revenue + excluded.total_revenue,
        total_discount = s.total_discount + excluded.total_discount,
        cancellation_rate = cancellation_rate(
            s.cancelled_orders + excluded.cancelled_orders, s.total_orders + excluded.total_orders),
        avg_order_value = avg_order_value(
            s.total_revenue + excluded.total_revenue, s.completed_orders + excluded.completed_orders),
        updated_at = excluded.updated_at
    returning s.*
),
audited as (
    insert into stats_audit (stat_date, platform, changed_at, cause, run_ids, by_hand, before, after)
    select
        w.stat_date, w.platform, $4, 'fold', d.run_ids, d.by_hand,
        audited_figures(
            w.total_orders - d.total_orders, w.completed_orders - d.completed_orders,
            w.cancelled_orders - d.cancelled_orders, w.pending_orders - d.pending_orders,
            w.gross_merchandise_value - d.gross_merchandise_value, w.total_revenue - d.total_revenue,
            w.total_discount - d.total_discount
        ),
        audited_figures(
            w.total_orders, w.completed_orders, w.cancelled_orders, w.pending_orders,
            w.gross_merchandise_value, w.total_revenue, w.total_discount
        )
    from written w
    join delta d using (stat_date, platform)
    where w.is_final
)
select
    (select count(*) from taken) as entries,
    (select count(*) from written) as rows_changed,
    array(select distinct w.stat_date from written w where w.total_orders = 0) as days_without_orders,
    pg_snapshot_xmin(pg_current_snapshot())::text as floor
