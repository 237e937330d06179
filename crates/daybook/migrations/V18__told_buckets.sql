-- What the program has added up (src/aggregate/tally), as buckets: what the fold adds, and what a rebuild and a validation
-- count anew. Arguments are arrays with an element each for what the orders of a day, platform and status add to a bucket.
create function told_buckets(
    stat_dates date[],
    platforms text[],
    statuses text[],
    grains text[],
    keys text[],
    orders bigint[],
    total_amounts text[],
    discount_amounts text[],
    final_amounts text[]
)
returns table (
    grain text,
    stat_date date,
    platform varchar(20),
    key text[],
    total_orders bigint,
    completed_orders bigint,
    cancelled_orders bigint,
    pending_orders bigint,
    gross_merchandise_value numeric,
    total_revenue numeric,
    total_discount numeric
)
language sql stable parallel safe
as $$
    select
        b.grain, b.stat_date, b.platform::varchar(20), b.key, b.total_orders, b.completed_orders, b.cancelled_orders,
        b.pending_orders, b.gross_merchandise_value, b.total_revenue, b.total_discount
    from (
        select
            t.grain, t.stat_date, t.platform, t.key::text[] as key,
            sum(t.orders * m.total_orders)::bigint as total_orders,
            sum(t.orders * m.completed_orders)::bigint as completed_orders,
            sum(t.orders * m.cancelled_orders)::bigint as cancelled_orders,
            sum(t.orders * m.pending_orders)::bigint as pending_orders,
            sum(m.gross_merchandise_value) as gross_merchandise_value,
            coalesce(sum(m.total_revenue), 0) as total_revenue,
            coalesce(sum(m.total_discount), 0) as total_discount
        from unnest(
            stat_dates, platforms, statuses, grains, keys, orders, total_amounts, discount_amounts, final_amounts
        ) t (stat_date, platform, status, grain, key, orders, total_amount, discount_amount, final_amount)
        cross join lateral public.order_measures(
            t.status::varchar, t.total_amount::numeric, t.discount_amount::numeric, t.final_amount::numeric
        ) m
        group by t.grain, t.stat_date, t.platform, t.key
    ) b
    where (b.total_orders, b.completed_orders, b.cancelled_orders, b.pending_orders,
           b.gross_merchandise_value, b.total_revenue, b.total_discount) <> (0, 0, 0, 0, 0, 0, 0)
$$;
comment on function told_buckets(date[], text[], text[], text[], text[], bigint[], text[], text[], text[]) is
    'What the program has added up from orders, as buckets of the finer grains.';
