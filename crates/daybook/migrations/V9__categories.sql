-- What was bought, and the figures per category of it.
--
-- The lines stand on the order's row, so they are loaded, replaced and deleted with it, and what an order contributes to a
-- category follows from one row and the mapping of products. The mapping is looked up when figures are computed, never
-- stored with an order: writers of orders do not read it, and so never wait for those who change it.

create domain line_amount as numeric(18, 2)
    constraint line_amount_is_number check (value <> 'NaN');
comment on domain line_amount is 'An amount of a line. NaN is refused, as in orders: once added up it would stay.';

create type order_line as (
    product_id text,
    sku text,
    quantity bigint,
    list_value line_amount,
    discount_amount line_amount,
    final_amount line_amount
);
comment on type order_line is
    'A line of an order: product and variant in the marketplace''s ids, units, units at list price, and its parts of the order''s amounts.';

-- No default: orders that are there get their lines when their documents are read again.
alter table orders add column lines order_line[];
-- Nobody looks for whole arrays of lines, and sorting samples of them would make every ANALYZE slow.
alter table orders alter column lines set statistics 0;
alter table grain_journal alter column changes set statistics 0;
-- Entries are compressed in the writer's statement, which lz4 does in a third of the time. Not every server was built with it.
do $$
begin
    alter table grain_journal alter column changes set compression lz4;
exception
    when feature_not_supported then null;
end
$$;
comment on column orders.lines is
    'What was bought, in the marketplace''s order; its amounts add up to the order''s. NULL where it is not told.';

create table categories (
    platform varchar(20) not null,
    category_id text not null,
    name text,
    parent_id text,
    primary key (platform, category_id),
    constraint categories_not_their_own_parent check (parent_id <> category_id)
);
comment on table categories is 'Names of the marketplaces'' categories, and the category above each. Ids of two marketplaces have nothing in common.';
comment on column categories.platform is 'Marketplace, as in orders.platform.';
comment on column categories.category_id is 'The marketplace''s id.';
comment on column categories.name is 'What people call it.';
comment on column categories.parent_id is 'The category above; NULL at the top.';

create table product_categories (
    platform varchar(20) not null,
    product_id text not null,
    category_id text not null,
    updated_at timestamptz not null default now(),
    primary key (platform, product_id)
);
comment on table product_categories is
    'Which category a product is in. No order tells it; imported from the marketplaces'' product data.';
comment on column product_categories.platform is 'Marketplace, as in orders.platform.';
comment on column product_categories.product_id is 'The marketplace''s id of the product, as in order_lines.product_id.';
comment on column product_categories.category_id is 'The marketplace''s id of the category.';
comment on column product_categories.updated_at is 'When the product came into the category.';

create view order_lines as
select
    o.platform, o.order_code, l.line_number, l.product_id, l.sku, l.quantity, l.list_value, l.discount_amount,
    l.final_amount, p.category_id, c.name as category_name
from orders o
cross join lateral unnest(o.lines) with ordinality
    l (product_id, sku, quantity, list_value, discount_amount, final_amount, line_number)
left join product_categories p on p.platform = o.platform and p.product_id = l.product_id
left join categories c on c.platform = o.platform and c.category_id = p.category_id;
comment on view order_lines is 'A row for each line of each order, with the category its product is in now.';
comment on column order_lines.line_number is 'From 1, in the marketplace''s order.';
comment on column order_lines.quantity is 'Units. TikTok Shop and Lazada list each unit as a line of its own.';
comment on column order_lines.list_value is 'Units at list price; 0 for a gift, NULL when it cannot be read.';
comment on column order_lines.discount_amount is
    'Part of orders.discount_amount in proportion to list_value, rounded down; the last line has the rest.';
comment on column order_lines.final_amount is
    'Part of orders.final_amount in proportion to list_value, rounded down; the last line has the rest.';
comment on column order_lines.category_id is 'NULL for a product without category.';

-- The second half of the one definition of all grains, beside grain_keys(): the buckets of a line. An order is in the bucket of
-- each of its lines, with what is the line's of its amounts; it counts once in each, and money adds up to the day's.
create function line_keys(category_id text, product_id text) returns table (grain text, key text[])
language sql immutable parallel safe
as $$
    values
        ('category', array[category_id])
$$;
comment on function line_keys(text, text) is
    'The bucket of every grain of lines that a line is in. All grains of lines are listed here, all others in grain_keys().';

create function grain_names() returns setof text
language sql stable parallel safe
as $$
    select k.grain from public.grain_keys(null) k
    union
    select l.grain from public.line_keys(null, null) l
    order by 1
$$;
comment on function grain_names() is 'All grains there are.';

-- Nothing is left waiting in a shape that is about to change: the figures are counted anew at the end.
lock table orders in share row exclusive mode;
lock table stats_gate in share row exclusive mode;
delete from grain_journal;
alter type order_change add attribute lines order_line[];

-- What changes of a day's orders add to the buckets of their lines; computed for many orders at once, because one by one takes
-- ten times as long.
--
-- Money is added up by product before its buckets are looked up. The last line has what the order has beyond the others, so
-- that the parts add up to the order even when its amounts were changed by hand: the order's amounts go to its last line, and
-- those of every other line from there to their own. Counts need one look at each order of several lines: it counts once in a
-- bucket, however many of its lines are in it. Of an order with one line, or none, there is nothing to divide.
create function line_buckets(changes order_change[])
returns table (
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
)
language sql stable parallel safe
as $$
    with ordered as materialized (
        select
            c.number, c.sign, c.platform, c.status, coalesce(cardinality(c.lines), 0) as line_count, c.lines,
            c.sign * c.total_amount as total_amount, c.sign * coalesce(c.discount_amount, 0) as discount_amount,
            c.sign * c.final_amount as final_amount
        from unnest(changes) with ordinality
            c (sign, platform, status, total_amount, discount_amount, final_amount, facts, lines, number)
        where exists (select from public.line_keys(null, null) k where k.grain = any (public.enabled_grains()))
    ),
    lined as materialized (
        select
            o.number, o.sign, o.platform, o.status, l.product_id, (o.lines[o.line_count]).product_id as last_product_id,
            l.position = o.line_count as is_last, o.sign * coalesce(l.discount_amount, 0) as discount_amount,
            o.sign * coalesce(l.final_amount, 0) as final_amount
        from ordered o
        cross join lateral unnest(o.lines) with ordinality
            l (product_id, sku, quantity, list_value, discount_amount, final_amount, position)
        where o.line_count > 1
    ),
    by_product as (
        select o.platform, o.status, (o.lines[o.line_count]).product_id, sum(o.sign) filter (where o.line_count <= 1) as orders,
               sum(o.total_amount) as total_amount, sum(o.discount_amount) as discount_amount,
               sum(o.final_amount) as final_amount
        from ordered o
        group by o.platform, o.status, (o.lines[o.line_count]).product_id
        union all
        select l.platform, l.status, l.product_id, 0, sum(l.discount_amount + l.final_amount), sum(l.discount_amount),
               sum(l.final_amount)
        from lined l
        where not l.is_last
        group by l.platform, l.status, l.product_id
        union all
        select l.platform, l.status, l.last_product_id, 0, -sum(l.discount_amount + l.final_amount),
               -sum(l.discount_amount), -sum(l.final_amount)
        from lined l
        where not l.is_last
        group by l.platform, l.status, l.last_product_id
    ),
    counted as (
        select min(l.sign) as sign, min(l.platform) as platform, min(l.status) as status, k.grain, k.key
        from lined l
        left join public.product_categories p on p.platform = l.platform and p.product_id = l.product_id
        cross join lateral public.line_keys(p.category_id, l.product_id) k
        group by l.number, k.grain, k.key
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
            y.platform, y.status, k.grain, k.key, coalesce(y.orders, 0) as orders, coalesce(y.total_amount, 0) as total_amount,
            coalesce(y.discount_amount, 0) as discount_amount, coalesce(y.final_amount, 0) as final_amount
        from by_product y
        left join public.product_categories p on p.platform = y.platform and p.product_id = y.product_id
        cross join lateral public.line_keys(p.category_id, y.product_id) k
        union all
        select c.platform, c.status, c.grain, c.key, sum(c.sign), 0, 0, 0
        from counted c
        group by c.platform, c.status, c.grain, c.key
    ) b
    cross join lateral public.order_measures(b.status, b.total_amount, b.discount_amount, b.final_amount) m
    where b.grain = any (public.enabled_grains())
    group by b.platform, b.grain, b.key
$$;
comment on function line_buckets(order_change[]) is
    'What changes of orders add to the buckets of the kept grains of lines.';

-- The orders of a day, as so many that were added.
create function orders_as_changes(day date) returns order_change[]
language sql stable parallel safe
as $$
    select array(
        select row(1, o.platform, o.status, o.total_amount, o.discount_amount, o.final_amount, null, o.lines)
            ::public.order_change
        from public.orders o
        where o.order_date >= day::timestamp and o.order_date < (day + 1)::timestamp
    )
$$;
comment on function orders_as_changes(date) is 'The orders of a business day as changes that added them.';

-- The changes of a day's orders that are not folded yet.
create function journal_of_day(day date) returns order_change[]
language sql stable parallel safe
as $$
    select array(
        select c::public.order_change
        from public.grain_journal j
        cross join lateral unnest(j.changes) c
        where j.stat_date = day
    )
$$;
comment on function journal_of_day(date) is 'The entries of grain_journal of a business day, in one.';

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
        -- A day at a time, so that no more than its orders are held.
        select d.day, b.platform, b.grain, b.key, b.total_orders, b.completed_orders, b.cancelled_orders,
               b.pending_orders, b.gross_merchandise_value, b.total_revenue, b.total_discount
        from (
            select distinct o.order_date::date as day
            from public.orders o
            where o.order_date >= from_day::timestamp
              and o.order_date < (to_day + 1)::timestamp
        ) d
        cross join lateral public.line_buckets(public.orders_as_changes(d.day)) b
    ) b
    group by b.grain, b.stat_date, b.platform, b.key
$$;

-- The triggers of V8, with the lines.
create or replace function journal_bucket_changes() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    if tg_relid <> 'public.orders'::regclass then
        raise exception 'journal_bucket_changes() serves public.orders only, not %', tg_relid::regclass;
    end if;

    if tg_op = 'INSERT' then
        insert into public.grain_journal (stat_date, changes)
        select n.order_date::date, array_agg(row(
            1, n.platform, n.status, n.total_amount, n.discount_amount, n.final_amount,
            public.order_facts(row(n.*)::public.orders), n.lines)::public.order_change)
        from new_orders n
        group by n.order_date::date;
    elsif tg_op = 'DELETE' then
        insert into public.grain_journal (stat_date, changes)
        select o.order_date::date, array_agg(row(
            -1, o.platform, o.status, o.total_amount, o.discount_amount, o.final_amount,
            public.order_facts(row(o.*)::public.orders), o.lines)::public.order_change)
        from old_orders o
        group by o.order_date::date;
    elsif tg_op = 'UPDATE' then
        -- What is the same before and after leaves nothing; of several alike, as many as there are more or less of.
        insert into public.grain_journal (stat_date, changes)
        select c.stat_date, array_agg(row(
            sign(c.more), c.platform, c.status, c.total_amount, c.discount_amount, c.final_amount, c.facts, c.lines
            )::public.order_change)
        from (
            select r.stat_date, r.platform, r.status, r.total_amount, r.discount_amount, r.final_amount, r.facts, r.lines,
                   sum(r.sign) as more
            from (
                select -1 as sign, o.order_date::date as stat_date, o.platform, o.status, o.total_amount,
                       o.discount_amount, o.final_amount, public.order_facts(row(o.*)::public.orders) as facts, o.lines
                from old_orders o
                union all
                select 1, n.order_date::date, n.platform, n.status, n.total_amount,
                       n.discount_amount, n.final_amount, public.order_facts(row(n.*)::public.orders), n.lines
                from new_orders n
            ) r
            group by r.stat_date, r.platform, r.status, r.total_amount, r.discount_amount, r.final_amount, r.facts,
                     r.lines
            having sum(r.sign) <> 0
        ) c
        cross join lateral generate_series(1, abs(c.more))
        group by c.stat_date;
    else
        -- As in journal_order_changes(): TRUNCATE ignores snapshots, so the figures go the same way.
        lock table public.stats_gate in share row exclusive mode;
        truncate public.daily_grain_statistics, public.grain_journal;
    end if;
    return null;
end
$$;

create or replace function mark_bucket_changes() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    if tg_relid <> 'public.orders'::regclass then
        raise exception 'mark_bucket_changes() serves public.orders only, not %', tg_relid::regclass;
    end if;
    insert into public.stats_rebuild_marks (stat_date)
    select distinct changed.stat_date
    from (
        select o.order_date::date as stat_date, public.order_facts(row(o.*)::public.orders) as facts, o.lines,
               -1 as sign
        from old_orders o
        union all
        select n.order_date::date, public.order_facts(row(n.*)::public.orders), n.lines, 1
        from new_orders n
    ) changed
    group by changed.stat_date, changed.facts, changed.lines
    having sum(changed.sign) <> 0;
    return null;
end
$$;

create or replace function enable_grains(grains text[]) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    known text[] := array(select g.grain from public.grain_names() g (grain));
    wanted text[] := coalesce(grains, known);
    before text[] := public.enabled_grains();
begin
    if not wanted <@ known then
        raise exception 'unknown grain %; there are %',
            array_to_string(array(select unnest(wanted) except select unnest(known)), ', '), array_to_string(known, ', ');
    end if;
    delete from public.daily_grain_statistics s where s.grain <> all (wanted);
    execute format(
        'create or replace function public.enabled_grains() returns text[] language sql stable parallel safe
         as $body$ select %L::text[] $body$', wanted);
    insert into public.daily_grain_statistics (
        grain, stat_date, platform, key, total_orders, completed_orders, cancelled_orders, pending_orders,
        gross_merchandise_value, total_revenue, total_discount
    )
    select
        e.grain, e.stat_date, e.platform, e.key, e.total_orders, e.completed_orders, e.cancelled_orders,
        e.pending_orders, e.gross_merchandise_value, e.total_revenue, e.total_discount
    from public.expected_daily_grain_statistics('-infinity', 'infinity') e
    where e.grain <> all (before);
    perform public.enable_statistics_triggers(b.statistics_mode) from public.business_settings b;
end
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
        b.grain, c.stat_date, c.platform, b.key, b.total_orders, b.completed_orders, b.cancelled_orders,
        b.pending_orders, b.gross_merchandise_value, b.total_revenue, b.total_discount, null, null
    from (
        select
            j.stat_date, c.platform, c.status, c.facts, sum(c.sign) as orders,
            sum(c.sign * c.total_amount) as total_amount, sum(c.sign * c.discount_amount) as discount_amount,
            sum(c.sign * c.final_amount) as final_amount
        from grain_journal j
        cross join lateral unnest(j.changes) c
        group by j.stat_date, c.platform, c.status, c.facts
    ) c
    cross join lateral grain_buckets(
        c.orders, c.status, c.total_amount, c.discount_amount, c.final_amount, c.facts
    ) b
    union all
    select
        b.grain, j.stat_date, b.platform::varchar(20), b.key, b.total_orders, b.completed_orders, b.cancelled_orders,
        b.pending_orders, b.gross_merchandise_value, b.total_revenue, b.total_discount, null, null
    from (select distinct j.stat_date from grain_journal j) j
    cross join lateral line_buckets(journal_of_day(j.stat_date)) b
) part
group by part.grain, part.stat_date, part.platform, part.key
having (sum(part.total_orders), sum(part.completed_orders), sum(part.cancelled_orders), sum(part.pending_orders),
        sum(part.gross_merchandise_value), sum(part.total_revenue), sum(part.total_discount))
       <> (0, 0, 0, 0, 0, 0, 0);

-- A product that comes into another category takes the figures of its days along, within the same transaction: they become
-- what the orders say, less what the journal will add. Folds and rebuilds are kept out from before the statement on, writers
-- of orders are not: what they add meanwhile is journal, and is looked up when it is read.
create function keep_out_folds() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    if tg_op = 'TRUNCATE' then
        raise exception 'product_categories cannot be truncated' using
            errcode = 'feature_not_supported',
            hint = 'use DELETE: TRUNCATE would change what older snapshots see';
    end if;
    if current_setting('transaction_isolation') <> 'read committed' then
        raise exception 'products change their category in transactions of isolation level read committed only' using
            errcode = 'feature_not_supported',
            hint = 'begin the transaction with: begin isolation level read committed';
    end if;
    -- orders before the gate, as everybody does.
    lock table public.orders in access share mode;
    lock table public.stats_gate in share row exclusive mode;
    return null;
end
$$;
revoke execute on function keep_out_folds() from public;
comment on function keep_out_folds() is
    'Trigger function of product_categories: waits for folds and rebuilds, refuses what could not be made exact.';

create type product_key as (platform varchar(20), product_id text);

-- The days that have products in their orders, or in changes of orders that are not folded yet.
create function days_with_products(products product_key[]) returns date[]
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
            select j.stat_date, c.platform, l.product_id
            from public.grain_journal j
            cross join lateral unnest(j.changes) c
            cross join lateral unnest(c.lines) l
            offset 0
        ) s
        join wanted w on w.platform = s.platform and w.product_id = s.product_id
        group by s.stat_date
    )
$$;
comment on function days_with_products(product_key[]) is 'Business days with any of these products in their orders.';

-- One statement, and so one snapshot, for orders and journal.
create function recount_lines(days date[]) returns void
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
            cross join lateral public.line_buckets(public.orders_as_changes(d.stat_date)) b
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
revoke execute on function recount_lines(date[]) from public;
comment on function recount_lines(date[]) is
    'Makes the stored figures of the grains of lines of these days what the orders say less what the journal will add.';

create function follow_product_categories() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    moved public.product_key[];
    days date[];
begin
    if tg_op = 'INSERT' then
        moved := array(select row(n.platform, n.product_id)::public.product_key from new_products n);
    elsif tg_op = 'DELETE' then
        moved := array(select row(o.platform, o.product_id)::public.product_key from old_products o);
    else
        moved := array(
            select row(changed.platform, changed.product_id)::public.product_key
            from (
                select o.platform, o.product_id, o.category_id, -1 as sign from old_products o
                union all
                select n.platform, n.product_id, n.category_id, 1 from new_products n
            ) changed
            group by changed.platform, changed.product_id, changed.category_id
            having sum(changed.sign) <> 0);
    end if;
    if cardinality(moved) = 0 or not exists (
        select from public.line_keys(null, null) l where l.grain = any (public.enabled_grains())
    ) then
        return null;
    end if;
    days := public.days_with_products(moved);
    -- For the run that brought it about; ends with the transaction.
    perform set_config('daybook.days_of_products', (
        coalesce(nullif(current_setting('daybook.days_of_products', true), ''), '{}')::date[] || days)::text, true);
    if (select b.statistics_mode from public.business_settings b) = 'queue' then
        insert into public.stats_rebuild_marks (stat_date) select unnest(days);
    else
        perform public.recount_lines(days);
    end if;
    return null;
end
$$;
revoke execute on function follow_product_categories() from public;
comment on function follow_product_categories() is
    'Trigger function of product_categories: figures follow the products; in mode queue their days are marked.';

create trigger trigger_products_wait
before insert or update or delete or truncate on product_categories
for each statement execute function keep_out_folds();

create trigger trigger_products_insert
after insert on product_categories referencing new table as new_products
for each statement execute function follow_product_categories();

create trigger trigger_products_update
after update on product_categories referencing old table as old_products new table as new_products
for each statement execute function follow_product_categories();

create trigger trigger_products_delete
after delete on product_categories referencing old table as old_products
for each statement execute function follow_product_categories();

select create_grain_views('category', array['category_id']);
comment on view daily_category_statistics is
    'Figures per business day, platform and category; NULL is everything without category. An order counts once in each category it touches.';
comment on view daily_category_statistics_live is 'daily_category_statistics as of this very snapshot.';

-- The categories above each, itself included, the top first. A circle ends where it began.
create view category_paths as
with recursive above as (
    select c.platform, c.category_id, c.category_id as ancestor_id, c.parent_id, 1 as steps
    from categories c
    union all
    select a.platform, a.category_id, p.category_id, p.parent_id, a.steps + 1
    from above a
    join categories p on p.platform = a.platform and p.category_id = a.parent_id
) cycle ancestor_id set is_circle using visited
select
    a.platform,
    a.category_id,
    (array_agg(a.ancestor_id order by a.steps desc))::text[] as path,
    (array_agg(coalesce(c.name, a.ancestor_id) order by a.steps desc))::text[] as path_names,
    count(*)::integer as level
from above a
join categories c on c.platform = a.platform and c.category_id = a.ancestor_id
where not a.is_circle
group by a.platform, a.category_id;
comment on view category_paths is 'Each category with those above it, the top first.';
comment on column category_paths.path is 'Ids from the top down to the category itself.';
comment on column category_paths.path_names is 'Names from the top down; the id where there is no name.';
comment on column category_paths.level is '1 at the top.';

do $$
declare
    suffix text;
begin
    foreach suffix in array array['', '_live'] loop
        execute format(
            'create view %1$I as
             select
                 s.stat_date, s.platform, a.category_id, c.name as category_name,
                 sum(s.total_orders)::bigint as total_orders,
                 sum(s.completed_orders)::bigint as completed_orders,
                 sum(s.cancelled_orders)::bigint as cancelled_orders,
                 sum(s.pending_orders)::bigint as pending_orders,
                 sum(s.gross_merchandise_value)::numeric(38, 2) as gross_merchandise_value,
                 sum(s.total_revenue)::numeric(38, 2) as total_revenue,
                 sum(s.total_discount)::numeric(38, 2) as total_discount,
                 cancellation_rate(sum(s.cancelled_orders)::bigint, sum(s.total_orders)::bigint)::numeric(5, 2)
                     as cancellation_rate,
                 avg_order_value(sum(s.total_revenue), sum(s.completed_orders)::bigint)::numeric(38, 2)
                     as avg_order_value,
                 bool_and(s.is_final) as is_final
             from %2$I s
             left join category_paths p on p.platform = s.platform and p.category_id = s.category_id
             cross join lateral unnest(coalesce(p.path, array[s.category_id])) a (category_id)
             left join categories c on c.platform = s.platform and c.category_id = a.category_id
             group by s.stat_date, s.platform, a.category_id, c.name',
            'daily_category_tree_statistics' || suffix, 'daily_category_statistics' || suffix);
    end loop;
end
$$;
comment on view daily_category_tree_statistics is
    'As daily_category_statistics, but a category has what its children have as well. Levels must not be added up.';
comment on view daily_category_tree_statistics_live is 'daily_category_tree_statistics as of this very snapshot.';

-- The figures of the orders that are there, of all grains. Where statistics.grains leaves some out, `daybook migrate` takes
-- them away again when the schema is current.
create or replace function enabled_grains() returns text[]
language sql stable parallel safe
as $$ select array['category', 'region', 'shop'] $$;
delete from daily_grain_statistics;
insert into daily_grain_statistics (
    grain, stat_date, platform, key, total_orders, completed_orders, cancelled_orders, pending_orders,
    gross_merchandise_value, total_revenue, total_discount
)
select
    e.grain, e.stat_date, e.platform, e.key, e.total_orders, e.completed_orders, e.cancelled_orders,
    e.pending_orders, e.gross_merchandise_value, e.total_revenue, e.total_discount
from expected_daily_grain_statistics('-infinity', 'infinity') e;
select enable_statistics_triggers(b.statistics_mode) from business_settings b;

-- What was read by rules that did not know lines: the same documents win over it when they are read again. No figure depends on
-- the hash, so the triggers find nothing to tell.
update orders set content_hash = -9223372036854775808 where content_hash is not null;

-- The planner cannot know how short the journal is, takes the live views for long queries, and would compile them first: a
-- tenth of a second for queries of a few milliseconds. Sessions that are open keep their setting.
do $$
begin
    execute format('alter database %I set jit = off', current_database());
exception
    when insufficient_privilege then
        execute format('alter role %I in database %I set jit = off', current_user, current_database());
end
$$;
