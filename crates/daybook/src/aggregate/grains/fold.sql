-- Moves a bounded number of entries of grain_journal into daily_grain_statistics, as fold_journal.sql does for the days.
--
-- Parameters: $1 floor, a transaction id as text: all entries of older transactions are gone; $2 most entries to take,
--             $3 now as civil time in the business zone.
-- Returns: entries taken, rows written, and days with buckets that may have become empty.
with picked as (
    select j.ctid
    from grain_journal j
    where j.made_in >= $1::text::xid8
    order by j.made_in
    limit $2
    for update skip locked
),
taken as (
    delete from grain_journal j
    using picked
    where j.ctid = picked.ctid
    returning j.stat_date, j.changes
),
added as (
    select
        t.stat_date, c.platform, c.status, c.facts, sum(c.sign) as orders,
        sum(c.sign * c.total_amount) as total_amount, sum(c.sign * c.discount_amount) as discount_amount,
        sum(c.sign * c.final_amount) as final_amount
    from taken t
    cross join lateral unnest(t.changes) c
    group by t.stat_date, c.platform, c.status, c.facts
),
buckets as (
    select a.stat_date, a.platform, b.*
    from added a
    cross join lateral grain_buckets(
        a.orders, a.status, a.total_amount, a.discount_amount, a.final_amount, a.facts
    ) b
    union all
    select t.stat_date, b.*
    from (
        select t.stat_date, array_agg(c::order_change) as changes
        from taken t
        cross join lateral unnest(t.changes) c
        group by t.stat_date
    ) t
    cross join lateral line_buckets(t.changes) b
),
delta as (
    select
        b.grain, b.stat_date, b.platform, b.key,
        sum(b.total_orders)::bigint as total_orders,
        sum(b.completed_orders)::bigint as completed_orders,
        sum(b.cancelled_orders)::bigint as cancelled_orders,
        sum(b.pending_orders)::bigint as pending_orders,
        sum(b.gross_merchandise_value) as gross_merchandise_value,
        sum(b.total_revenue) as total_revenue,
        sum(b.total_discount) as total_discount
    from buckets b
    group by b.grain, b.stat_date, b.platform, b.key
),
written as (
    insert into daily_grain_statistics as s (
        grain, stat_date, platform, key, total_orders, completed_orders, cancelled_orders, pending_orders,
        gross_merchandise_value, total_revenue, total_discount, created_at, updated_at
    )
    select
        d.grain, d.stat_date, d.platform, d.key, d.total_orders, d.completed_orders, d.cancelled_orders,
        d.pending_orders, d.gross_merchandise_value, d.total_revenue, d.total_discount, $3, $3
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
    (select count(*) from taken) as entries,
    (select count(*) from written) as rows_changed,
    array(select distinct w.stat_date from written w where w.total_orders = 0) as days_with_empty_buckets
