-- The journal of the finer grains, written by one trigger and added up by the program.
--
-- One trigger writes both journals from one look at the changed rows. An entry holds orders of one day, platform and status,
-- which no longer stand on each of its orders. The fold takes the entries out and adds them up itself (src/aggregate/tally);
-- here is the same for readers of what is not folded yet, and for rebuilds.

-- Nobody writes meanwhile, and what waits in the old shape is counted anew at the end.
lock table orders in share row exclusive mode;
lock table stats_gate in share row exclusive mode;

create type journal_order as (
    id bigint,
    total_amount numeric,
    discount_amount numeric,
    final_amount numeric,
    facts text[],
    lines order_line[]
);
comment on type journal_order is
    'An order in grain_journal: what figures depend on beside the day, platform and status of its entry.';

create temp table days_waiting on commit drop as
select distinct j.stat_date from grain_journal j;
delete from grain_journal;
alter table grain_journal
    add column platform varchar(20) not null,
    add column status varchar(50) not null,
    add column sign smallint not null check (sign in (1, -1)),
    add column orders journal_order[] not null;
alter table grain_journal alter column orders set statistics 0;
-- See V9.
do $$
begin
    alter table grain_journal alter column orders set compression lz4;
exception
    when feature_not_supported then null;
end
$$;
comment on column grain_journal.platform is 'Marketplace of the orders.';
comment on column grain_journal.status is 'Status of the orders.';
comment on column grain_journal.sign is '1 where the statement added the orders, -1 where it took them away.';
comment on column grain_journal.orders is 'The orders, as they were added or taken away.';

-- What orders add to the buckets of all kept grains, as one text for two kinds of orders, because a SQL function cannot be
-- given a table: those of a day, and those of a day in the journal.
--
-- The text begins with two parts: groups (g, stat_date, platform, status, sign), and changed (g, entry, id, total_amount,
-- discount_amount, final_amount, facts, lines), the orders of each group; entry and id together say which order it is.
do $migration$
declare
    definition constant text := $sql$
    alike as materialized (
        select
            c.g, c.facts, count(*) as orders, sum(c.total_amount) as total_amount,
            coalesce(sum(c.discount_amount), 0) as discount_amount, sum(c.final_amount) as final_amount
        from changed c
        group by c.g, c.facts
    ),
    -- Every line, twice looked at. An order without lines has one of which nothing is known.
    lined as materialized (
        select
            l.g, l.is_only, l.entry, l.id, coalesce((l.line).product_id, '') as product_id,
            (l.line).product_id is null as is_unknown, (l.line).discount_amount, (l.line).final_amount
        from (
            -- Set-returning in the list of columns, which is cheaper than in FROM, where each array is stored first.
            select
                c.g, coalesce(cardinality(c.lines) <= 1, true) as is_only, c.entry, c.id,
                unnest(case when cardinality(c.lines) > 0 then c.lines else array[null::public.order_line] end) as line
            from changed c
            -- Keeps the planner from looking into each line once for every column.
            offset 0
        ) l
    ),
    -- Products first, and their buckets afterwards: there are far fewer of them than lines.
    sold as materialized (
        select
            l.g, l.product_id, l.is_unknown, count(*) filter (where l.is_only) as orders,
            coalesce(sum(l.discount_amount), 0) as discount_amount, coalesce(sum(l.final_amount), 0) as final_amount
        from lined l
        group by l.g, l.product_id, l.is_unknown
    ),
    -- Buckets have a number each, by which they are told apart faster than by their words.
    keyed as materialized (
        select
            s.g, s.product_id, s.is_unknown, s.orders, s.discount_amount, s.final_amount, k.grain, k.key,
            dense_rank() over (order by s.g, k.grain, k.key) as bucket
        from (
            select s.*, case when not s.is_unknown then s.product_id end as known_product
            from sold s
        ) s
        join groups g on g.g = s.g
        left join public.product_categories p on p.platform = g.platform and p.product_id = s.known_product
        cross join lateral public.line_keys(p.category_id, s.known_product) k
        where k.grain = any (public.enabled_grains())
    ),
    touched as materialized (
        select
            k.bucket, k.g, k.grain, k.key, sum(k.orders) as orders, sum(k.discount_amount) as discount_amount,
            sum(k.final_amount) as final_amount
        from keyed k
        group by k.bucket, k.g, k.grain, k.key
    ),
    -- An order counts once in a bucket, however many of its lines are in it.
    counted as (
        select c.bucket, count(*) as orders
        from (
            select distinct k.bucket, l.entry, l.id
            from lined l
            join keyed k on k.g = l.g and k.product_id = l.product_id and k.is_unknown = l.is_unknown
            where not l.is_only
        ) c
        group by c.bucket
    ),
    buckets as (
        select
            g.stat_date, g.platform, b.grain, b.key, b.total_orders, b.completed_orders, b.cancelled_orders,
            b.pending_orders, b.gross_merchandise_value, b.total_revenue, b.total_discount
        from alike a
        join groups g on g.g = a.g
        cross join lateral public.grain_buckets(
            g.sign * a.orders, g.status, g.sign * a.total_amount, g.sign * a.discount_amount, g.sign * a.final_amount,
            a.facts
        ) b
        union all
        select
            g.stat_date, g.platform, b.grain, b.key, g.sign * b.orders * m.total_orders,
            g.sign * b.orders * m.completed_orders, g.sign * b.orders * m.cancelled_orders,
            g.sign * b.orders * m.pending_orders, m.gross_merchandise_value, coalesce(m.total_revenue, 0),
            coalesce(m.total_discount, 0)
        from (
            select
                t.g, t.grain, t.key, t.orders + coalesce(c.orders, 0) as orders,
                t.discount_amount + t.final_amount as total_amount, t.discount_amount, t.final_amount
            from touched t
            left join counted c on c.bucket = t.bucket
            union all
            -- What orders have beyond their lines: all that is theirs, less all that is their lines'.
            select
                a.g, k.grain, k.key, 0, sum(a.total_amount), sum(a.discount_amount), sum(a.final_amount)
            from alike a
            cross join public.line_keys(null, null) k
            where k.grain = any (public.enabled_grains())
            group by a.g, k.grain, k.key
            union all
            select
                t.g, k.grain, k.key, 0, -(t.discount_amount + t.final_amount), -t.discount_amount, -t.final_amount
            from touched t
            join public.line_keys(null, null) k on k.grain = t.grain
        ) b
        join groups g on g.g = b.g
        cross join lateral public.order_measures(
            g.status, g.sign * b.total_amount, g.sign * b.discount_amount, g.sign * b.final_amount
        ) m
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
        having (sum(b.total_orders), sum(b.completed_orders), sum(b.cancelled_orders), sum(b.pending_orders),
                sum(b.gross_merchandise_value), sum(b.total_revenue), sum(b.total_discount)) <> (0, 0, 0, 0, 0, 0, 0)
    )
    $sql$;
    of_orders constant text := $sql$
    with groups as materialized (
        select row_number() over () as g, day as stat_date, o.platform, o.status, 1 as sign
        from (
            select distinct o.platform, o.status
            from public.orders o
            where o.order_date >= day::timestamp and o.order_date < (day + 1)::timestamp
        ) o
    ),
    changed as not materialized (
        select
            g.g, 0 as entry, o.id, o.total_amount, o.discount_amount, o.final_amount,
            public.order_facts(o) as facts, o.lines
        from public.orders o
        join groups g on g.platform = o.platform and g.status = o.status
        where o.order_date >= day::timestamp and o.order_date < (day + 1)::timestamp
    ),
    $sql$;
    of_entries constant text := $sql$
    numbered as materialized (
        select
            row_number() over () as entry, dense_rank() over (order by e.stat_date, e.platform, e.status, e.sign) as g, e.*
        from entries e
    ),
    groups as materialized (
        select distinct n.g, n.stat_date, n.platform, n.status, n.sign from numbered n
    ),
    changed as not materialized (
        select
            n.g, n.entry, (n.o).id, (n.o).total_amount, (n.o).discount_amount, (n.o).final_amount, (n.o).facts, (n.o).lines
        from (select n.g, n.entry, unnest(n.orders) as o from numbered n offset 0) n
    ),
    $sql$;
    of_journal constant text := $sql$
    with entries as (
        select j.stat_date, j.platform, j.status, j.sign, j.orders from public.grain_journal j where j.stat_date = day
    ),
    $sql$;
    buckets_of_day constant text := $sql$
        create function %I(day date)
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
        language sql stable parallel safe as %L
    $sql$;
begin
    execute format(buckets_of_day, 'order_buckets_of_day', of_orders || definition || 'select * from delta');
    execute format(buckets_of_day, 'journal_buckets_of_day', of_journal || of_entries || definition || 'select * from delta');
end
$migration$;
comment on function order_buckets_of_day(date) is
    'What the orders of a business day add to the buckets of all kept grains: what daily_grain_statistics should hold for it.';
comment on function journal_buckets_of_day(date) is
    'What the entries of grain_journal of a business day will add to the buckets of all kept grains.';
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
    -- A day at a time, so that no more than its orders are held.
    select b.*
    from days_with_orders d
    cross join lateral public.order_buckets_of_day(d.day) b
    where d.day is not null
$$;

create or replace view daily_grain_statistics_live as
select
    part.grain,
    part.stat_date,
    part.platform,
    part.key,
    sum(part.total_orders)::bigint as total_orders,
    sum(part.completed_orders)::bigint as completed_orders,
    sum(part.cancelled_orders)::bigint as cancelled_orders,
    sum(part.pending_orders)::bigint as pending_orders,
    sum(part.gross_merchandise_value)::numeric(38, 2) as gross_merchandise_value,
    sum(part.total_revenue)::numeric(38, 2) as total_revenue,
    sum(part.total_discount)::numeric(38, 2) as total_discount,
    min(part.created_at) as created_at,
    max(part.updated_at) as updated_at
from (
    select
        s.grain, s.stat_date, s.platform, s.key, s.total_orders, s.completed_orders, s.cancelled_orders,
        s.pending_orders, s.gross_merchandise_value, s.total_revenue, s.total_discount, s.created_at, s.updated_at
    from daily_grain_statistics s
    union all
    select
        b.grain, j.stat_date, b.platform::varchar(20), b.key, b.total_orders, b.completed_orders, b.cancelled_orders,
        b.pending_orders, b.gross_merchandise_value, b.total_revenue, b.total_discount, null, null
    from (select distinct j.stat_date from grain_journal j) j
    cross join lateral journal_buckets_of_day(j.stat_date) b
) part
group by part.grain, part.stat_date, part.platform, part.key
having (sum(part.total_orders), sum(part.completed_orders), sum(part.cancelled_orders), sum(part.pending_orders),
        sum(part.gross_merchandise_value), sum(part.total_revenue), sum(part.total_discount))
       <> (0, 0, 0, 0, 0, 0, 0);

create or replace function days_with_products(products product_key[]) returns date[]
language sql stable
set search_path = pg_catalog, pg_temp
as $$
    with wanted as materialized (
        select distinct p.platform, p.product_id from unnest(products) p
    )
    -- Lines first, then their products: the other way round every order would be looked at once for every product.
    select array(
        select s.stat_date
        from (
            select o.order_date::date as stat_date, o.platform, l.product_id
            from public.orders o
            cross join lateral unnest(o.lines) l
            union all
            select j.stat_date, j.platform, l.product_id
            from public.grain_journal j
            cross join lateral unnest(j.orders) o
            cross join lateral unnest(o.lines) l
            offset 0
        ) s
        join wanted w on w.platform = s.platform and w.product_id = s.product_id
        group by s.stat_date
    )
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
            select 1 as sign, b.*
            from unnest(days) d (stat_date)
            cross join lateral public.order_buckets_of_day(d.stat_date) b
            union all
            select -1, b.*
            from unnest(days) d (stat_date)
            cross join lateral public.journal_buckets_of_day(d.stat_date) b
        ) b
        where b.grain in (select l.grain from public.line_keys(null, null) l)
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

-- One trigger for both journals. Orders are added up by day, platform and status: the day's figures follow from the sums, and
-- where finer grains are kept the orders themselves are an entry. Which are kept is looked up as it is now, see
-- enabled_grains().
do $migration$
declare
    of_inserted constant text := $sql$
            select
                1 as sign, n.id, n.order_date::date as stat_date, n.platform, n.status, n.total_amount, n.discount_amount,
                n.final_amount, public.order_facts(row(n.*)::public.orders) as facts, n.lines
            from new_orders n$sql$;
    of_deleted constant text := $sql$
            select
                -1 as sign, o.id, o.order_date::date as stat_date, o.platform, o.status, o.total_amount, o.discount_amount,
                o.final_amount, public.order_facts(row(o.*)::public.orders) as facts, o.lines
            from old_orders o$sql$;
    -- What is the same before and after leaves nothing. An order whose id was changed is one that went and one that came.
    of_updated constant text := $sql$
            select r.*
            from old_orders o
            full join new_orders n on n.id = o.id
            cross join lateral (
                values
                    (-1, o.id, o.order_date::date, o.platform, o.status, o.total_amount, o.discount_amount, o.final_amount,
                     public.order_facts(row(o.*)::public.orders), o.lines),
                    (1, n.id, n.order_date::date, n.platform, n.status, n.total_amount, n.discount_amount, n.final_amount,
                     public.order_facts(row(n.*)::public.orders), n.lines)
            ) r (sign, id, stat_date, platform, status, total_amount, discount_amount, final_amount, facts, lines)
            where r.stat_date is not null
              and (o.order_date::date, o.platform, o.status, o.total_amount, o.discount_amount, o.final_amount,
                   public.order_facts(row(o.*)::public.orders), o.lines)
                  is distinct from
                  (n.order_date::date, n.platform, n.status, n.total_amount, n.discount_amount, n.final_amount,
                   public.order_facts(row(n.*)::public.orders), n.lines)$sql$;
    days constant text := $sql$
        insert into public.stats_journal (
            stat_date, platform, total_orders, completed_orders, cancelled_orders, pending_orders,
            gross_merchandise_value, total_revenue, total_discount, run_id
        )
        select
            g.stat_date, g.platform, sum(g.orders * m.total_orders), sum(g.orders * m.completed_orders),
            sum(g.orders * m.cancelled_orders), sum(g.orders * m.pending_orders), sum(m.gross_merchandise_value),
            coalesce(sum(m.total_revenue), 0), coalesce(sum(m.total_discount), 0), run
        from (
            select
                g.stat_date, g.platform, g.status, g.sign * g.orders as orders, g.sign * g.total_amount as total_amount,
                g.sign * g.discount_amount as discount_amount, g.sign * g.final_amount as final_amount
            from grouped g
        ) g
        cross join lateral public.order_measures(g.status, g.total_amount, g.discount_amount, g.final_amount) m
        group by g.stat_date, g.platform
        -- A bucket that did not move leaves no row.
        having (sum(g.orders * m.total_orders), sum(g.orders * m.completed_orders), sum(g.orders * m.cancelled_orders),
                sum(g.orders * m.pending_orders), sum(m.gross_merchandise_value), coalesce(sum(m.total_revenue), 0),
                coalesce(sum(m.total_discount), 0)) <> (0, 0, 0, 0, 0, 0, 0)$sql$;
    sums constant text := $sql$
        with grouped as (
            select
                r.sign, r.stat_date, r.platform, r.status, count(*) as orders, sum(r.total_amount) as total_amount,
                coalesce(sum(r.discount_amount), 0) as discount_amount, sum(r.final_amount) as final_amount%s
            from (%s
            ) r
            group by r.sign, r.stat_date, r.platform, r.status
        )$sql$;
    as_entries constant text := $sql$,
                array_agg(row(r.id, r.total_amount, r.discount_amount, r.final_amount, r.facts, r.lines)::public.journal_order)
                    as entry$sql$;
    days_and_entries constant text := $sql$,
        days as (%s
        )
        insert into public.grain_journal (stat_date, platform, status, sign, orders)
        select g.stat_date, g.platform, g.status, g.sign, g.entry from grouped g$sql$;
    body constant text := $sql$
declare
    run bigint := nullif(current_setting('daybook.run', true), '')::bigint;
    has_grains boolean := cardinality(public.enabled_grains()) > 0;
begin
    if tg_relid <> 'public.orders'::regclass then
        raise exception 'journal_order_changes() serves public.orders only, not %%', tg_relid::regclass;
    end if;

    if tg_op = 'INSERT' and has_grains then%1$s;
    elsif tg_op = 'INSERT' then%2$s;
    elsif tg_op = 'DELETE' and has_grains then%3$s;
    elsif tg_op = 'DELETE' then%4$s;
    elsif tg_op = 'UPDATE' and has_grains then%5$s;
    elsif tg_op = 'UPDATE' then%6$s;
    else
        -- TRUNCATE has no transition tables and ignores snapshots: rows that this transaction cannot see go as well. So
        -- the figures go the same way, and a reader with an older snapshot sees neither side.
        lock table public.stats_gate in share row exclusive mode;
        truncate public.daily_order_statistics, public.stats_journal;
    end if;
    return null;
end
$sql$;
    statements text[] := '{}';
    source text;
begin
    foreach source in array array[of_inserted, of_deleted, of_updated] loop
        statements := statements
            || array[
                format(sums, as_entries, source) || format(days_and_entries, days),
                format(sums, '', source) || days
            ];
    end loop;
    execute format(
        'create or replace function journal_order_changes() returns trigger
         language plpgsql
         security definer
         set search_path = pg_catalog, pg_temp
         set enable_sort = off
         as %L', format(body, variadic statements));
end
$migration$;
comment on function journal_order_changes() is
    'Trigger function of orders: appends what the statement changed to stats_journal, and the changed orders to grain_journal.';

drop trigger trigger_journal_grains_insert on orders;
drop trigger trigger_journal_grains_update on orders;
drop trigger trigger_journal_grains_delete on orders;

create or replace function journal_bucket_changes() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    if tg_relid <> 'public.orders'::regclass then
        raise exception 'journal_bucket_changes() serves public.orders only, not %', tg_relid::regclass;
    end if;
    -- As in journal_order_changes(): TRUNCATE ignores snapshots, so the figures go the same way.
    lock table public.stats_gate in share row exclusive mode;
    truncate public.daily_grain_statistics, public.grain_journal;
    return null;
end
$$;
comment on function journal_bucket_changes() is
    'Trigger function of orders: with all orders go all figures of the finer grains, and what waits for them.';

create or replace function enable_statistics_triggers(mode text) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    has_grains boolean := cardinality(public.enabled_grains()) > 0;
    switch record;
begin
    for switch in
        select * from (values
            ('trigger_journal_insert', mode = 'incremental'),
            ('trigger_journal_update', mode = 'incremental'),
            ('trigger_journal_delete', mode = 'incremental'),
            ('trigger_journal_truncate', mode = 'incremental'),
            ('trigger_mark_stats', mode = 'queue'),
            ('trigger_mark_stats_update', mode = 'queue'),
            ('trigger_mark_stats_delete', mode = 'queue'),
            ('trigger_mark_stats_truncate', mode = 'queue'),
            ('trigger_mark_grains_update', mode = 'queue' and has_grains)
        ) s (name, wanted)
    loop
        execute format('alter table public.orders %s trigger %I',
                       case when switch.wanted then 'enable' else 'disable' end, switch.name);
    end loop;
end
$$;

drop function line_buckets_of_day(date);
drop function line_buckets(order_change[]);
drop function journal_of_day(date);
alter table grain_journal drop column changes;
drop type order_change;

-- What was waiting.
delete from daily_grain_statistics s using days_waiting d where s.stat_date = d.stat_date;
insert into daily_grain_statistics (
    grain, stat_date, platform, key, total_orders, completed_orders, cancelled_orders, pending_orders,
    gross_merchandise_value, total_revenue, total_discount
)
select
    b.grain, b.stat_date, b.platform, b.key, b.total_orders, b.completed_orders, b.cancelled_orders, b.pending_orders,
    b.gross_merchandise_value, b.total_revenue, b.total_discount
from days_waiting d
cross join lateral order_buckets_of_day(d.stat_date) b;
