-- The buckets of lines with less work for each order, and a simpler rule for amounts that lines do not explain.
--
-- An order's lines add up to its amounts when they are loaded. Where somebody has changed the amounts since, the difference
-- went to the last line; now it is in the bucket of what is not known, which needs no look at single orders: it is what orders
-- have beyond their lines, group by group.

lock table orders in access share mode;
lock table stats_gate in share row exclusive mode;

-- One text for changes and for the orders of a day, because a SQL function cannot be given a table, and there is no need to
-- build an array of a day's orders only to take it apart again.
do $migration$
declare
    result constant text := $sql$
        platform varchar(20),
        grain text,
        key text[],
        total_orders bigint,
        completed_orders bigint,
        cancelled_orders bigint,
        pending_orders bigint,
        gross_merchandise_value numeric,
        total_revenue numeric,
        total_discount numeric
    $sql$;
    definition constant text := $sql$
    with changed as not materialized (
        %s
    ),
    -- An order counts once in a bucket, however many of its lines are in it. One without lines is in the bucket of what is
    -- not known.
    touched as materialized (
        -- Collated by bytes, because counting distinct orders sorts, and nobody needs the order.
        select
            l.platform collate "C" as platform, l.status collate "C" as status, k.grain, k.key collate "C" as key,
            l.sign * count(distinct l.number) as orders,
            l.sign * coalesce(sum(l.discount_amount), 0) as discount_amount,
            l.sign * coalesce(sum(l.final_amount), 0) as final_amount
        from (
            select
                l.number, l.sign, l.platform, l.status, (l.line).product_id, (l.line).discount_amount,
                (l.line).final_amount
            from (
                -- Set-returning in the list of columns, which is cheaper than in FROM, where each array is stored first.
                select
                    c.number, c.sign, c.platform, c.status,
                    unnest(case when cardinality(c.lines) > 0 then c.lines else array[null::public.order_line] end) as line
                from changed c
            ) l
            -- Keeps the planner from carrying whole lines into the sort.
            offset 0
        ) l
        left join public.product_categories p on p.platform = l.platform and p.product_id = l.product_id
        cross join lateral public.line_keys(p.category_id, l.product_id) k
        where k.grain = any (public.enabled_grains())
        group by l.platform collate "C", l.status collate "C", l.sign, k.grain, k.key collate "C"
    ),
    whole as (
        select
            c.platform, c.status, c.sign * sum(c.total_amount) as total_amount,
            c.sign * coalesce(sum(c.discount_amount), 0) as discount_amount, c.sign * sum(c.final_amount) as final_amount
        from changed c
        group by c.platform, c.status, c.sign
    )
    select
        b.platform::varchar(20),
        b.grain,
        b.key,
        sum(b.orders * m.total_orders)::bigint,
        sum(b.orders * m.completed_orders)::bigint,
        sum(b.orders * m.cancelled_orders)::bigint,
        sum(b.orders * m.pending_orders)::bigint,
        sum(m.gross_merchandise_value),
        coalesce(sum(m.total_revenue), 0),
        coalesce(sum(m.total_discount), 0)
    from (
        select
            t.platform, t.status, t.grain, t.key, t.orders, t.discount_amount + t.final_amount as total_amount,
            t.discount_amount, t.final_amount
        from touched t
        union all
        -- What orders have beyond their lines: all that is theirs, less all that is their lines'.
        select w.platform, w.status, k.grain, k.key, 0, w.total_amount, w.discount_amount, w.final_amount
        from whole w
        cross join public.line_keys(null, null) k
        where k.grain = any (public.enabled_grains())
        union all
        select
            t.platform, t.status, k.grain, k.key, 0, -(t.discount_amount + t.final_amount), -t.discount_amount,
            -t.final_amount
        from touched t
        join public.line_keys(null, null) k on k.grain = t.grain
    ) b
    cross join lateral public.order_measures(b.status, b.total_amount, b.discount_amount, b.final_amount) m
    group by b.platform, b.grain, b.key
    having (sum(b.orders * m.total_orders), sum(b.orders * m.completed_orders), sum(b.orders * m.cancelled_orders),
            sum(b.orders * m.pending_orders), sum(m.gross_merchandise_value), coalesce(sum(m.total_revenue), 0),
            coalesce(sum(m.total_discount), 0)) <> (0, 0, 0, 0, 0, 0, 0)
    $sql$;
begin
    execute format(
        'create or replace function line_buckets(changes order_change[]) returns table (%s)
         language sql stable parallel safe as %L',
        result, format(definition, $sql$
        select c.number, c.sign, c.platform, c.status, c.total_amount, c.discount_amount, c.final_amount, c.lines
        from unnest(changes) with ordinality
            c (sign, platform, status, total_amount, discount_amount, final_amount, facts, lines, number)
        $sql$));
    execute format(
        'create function line_buckets_of_day(day date) returns table (%s)
         language sql stable parallel safe as %L',
        result, format(definition, $sql$
        select o.id as number, 1 as sign, o.platform, o.status, o.total_amount, o.discount_amount, o.final_amount, o.lines
        from public.orders o
        where o.order_date >= day::timestamp and o.order_date < (day + 1)::timestamp
        $sql$));
end
$migration$;
comment on function line_buckets(order_change[]) is
    'What changes of orders add to the buckets of the kept grains of lines.';
comment on function line_buckets_of_day(date) is
    'What the orders of a business day add to the buckets of the kept grains of lines: line_buckets() of all of them.';

create or replace function expected_daily_grain_statistics(from_day date, to_day date)
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
    -- From each day straight to the next that has orders, by the index: days may lie centuries apart.
    with recursive days_with_orders (day) as (
        select min(o.order_date)::date
        from public.orders o
        where o.order_date >= from_day::timestamp
          and o.order_date < (to_day + 1)::timestamp
        union all
        select (
            select min(o.order_date)::date
            from public.orders o
            where o.order_date >= (d.day + 1)::timestamp
              and o.order_date < (to_day + 1)::timestamp
        )
        from days_with_orders d
        -- Ends with NULL, and does not go round at infinity.
        where d.day < 'infinity'
    )
    select
        b.grain,
        b.stat_date,
        b.platform,
        b.key,
        sum(b.total_orders)::bigint,
        sum(b.completed_orders)::bigint,
        sum(b.cancelled_orders)::bigint,
        sum(b.pending_orders)::bigint,
        sum(b.gross_merchandise_value),
        sum(b.total_revenue),
        sum(b.total_discount)
    from (
        select o.stat_date, o.platform, b.*
        from (
            select
                o.order_date::date as stat_date, o.platform, o.status, public.order_facts(o) as facts,
                count(*) as orders, sum(o.total_amount) as total_amount, sum(o.discount_amount) as discount_amount,
                sum(o.final_amount) as final_amount
            from public.orders o
            where o.order_date >= from_day::timestamp
              and o.order_date < (to_day + 1)::timestamp
            group by o.order_date::date, o.platform, o.status, public.order_facts(o)
        ) o
        cross join lateral public.grain_buckets(
            o.orders, o.status, o.total_amount, o.discount_amount, o.final_amount, o.facts
        ) b
        union all
        -- A day at a time, so that no more than its orders are held and sorted.
        select d.day, b.platform, b.grain, b.key, b.total_orders, b.completed_orders, b.cancelled_orders,
               b.pending_orders, b.gross_merchandise_value, b.total_revenue, b.total_discount
        from days_with_orders d
        cross join lateral public.line_buckets_of_day(d.day) b
        where d.day is not null
    ) b
    group by b.grain, b.stat_date, b.platform, b.key
$$;

create or replace function recount_lines(days date[]) returns void
language sql
security definer
set search_path = pg_catalog, pg_temp
as $$
    with wanted as materialized (
        select
            b.grain, b.stat_date, b.platform, b.key,
            sum(b.sign * b.total_orders)::bigint as total_orders,
            sum(b.sign * b.completed_orders)::bigint as completed_orders,
            sum(b.sign * b.cancelled_orders)::bigint as cancelled_orders,
            sum(b.sign * b.pending_orders)::bigint as pending_orders,
            sum(b.sign * b.gross_merchandise_value) as gross_merchandise_value,
            sum(b.sign * b.total_revenue) as total_revenue,
            sum(b.sign * b.total_discount) as total_discount
        from (
            select 1 as sign, d.stat_date, b.*
            from unnest(days) d (stat_date)
            cross join lateral public.line_buckets_of_day(d.stat_date) b
            union all
            select -1, d.stat_date, b.*
            from unnest(days) d (stat_date)
            cross join lateral public.line_buckets(public.journal_of_day(d.stat_date)) b
        ) b
        group by b.grain, b.stat_date, b.platform, b.key
        having (sum(b.sign * b.total_orders), sum(b.sign * b.completed_orders), sum(b.sign * b.cancelled_orders),
                sum(b.sign * b.pending_orders), sum(b.sign * b.gross_merchandise_value),
                sum(b.sign * b.total_revenue), sum(b.sign * b.total_discount)) <> (0, 0, 0, 0, 0, 0, 0)
    ),
    emptied as (
        delete from public.daily_grain_statistics s
        where s.stat_date = any (days)
          and s.grain in (select l.grain from public.line_keys(null, null) l)
          and not exists (
              select
              from wanted w
              where (w.grain, w.stat_date, w.platform, w.key) = (s.grain, s.stat_date, s.platform, s.key)
          )
    )
    insert into public.daily_grain_statistics as s (
        grain, stat_date, platform, key, total_orders, completed_orders, cancelled_orders, pending_orders,
        gross_merchandise_value, total_revenue, total_discount
    )
    select
        w.grain, w.stat_date, w.platform, w.key, w.total_orders, w.completed_orders, w.cancelled_orders,
        w.pending_orders, w.gross_merchandise_value, w.total_revenue, w.total_discount
    from wanted w
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
$$;
drop function orders_as_changes(date);

-- Amounts that were changed by hand change their bucket with the rule.
select recount_lines(array(
    select distinct s.stat_date
    from daily_grain_statistics s
    where s.grain in (select l.grain from line_keys(null, null) l)
));
