-- Finer grains than the day: regions and shops now, one line in grain_keys() for each more (docs/adding-a-grain.md).
--
-- All of them live in one table, one journal, one fold, one rebuild and one comparison; a grain adds a line to the
-- definition and a view that names its columns. Weeks and months need not even that: they are sums of days, so they are
-- views over the days and cannot differ from them.

-- Which grains are kept. A function, not a table: a writer's snapshot may be older than a change of this list, but what a
-- function says is never older than the locks that the writer holds. Replaced by enable_grains().
create function enabled_grains() returns text[]
language sql stable parallel safe
as $$ select array['region', 'shop'] $$;
comment on function enabled_grains() is 'Grains whose figures are kept, besides the day and platform.';

-- The one definition of all grains: what of an order they need, and which bucket of each follows from that, a line each.
-- Every order is in exactly one bucket of each grain, so their figures add up to the day's. A key has one element for each
-- column of the grain; two keys with NULL in the same place are equal, as arrays are.
create function order_facts(o orders) returns text[]
language sql immutable parallel safe
as $$ select array[o.region, o.shop_id] $$;
comment on function order_facts(orders) is 'What of an order the finer grains need, in the order that grain_keys() reads.';

create function grain_keys(facts text[]) returns table (grain text, key text[])
language sql immutable parallel safe
as $$
    values
        ('region', facts[1:1]),
        ('shop', facts[2:2])
$$;
comment on function grain_keys(text[]) is 'The bucket of every grain that an order with these facts is in. All grains are listed here.';

-- Orders that are alike in status and facts are in the same buckets, so they are added up first: measures are sums.
create function grain_buckets(
    orders bigint, status varchar, total_amount numeric, discount_amount numeric, final_amount numeric, facts text[]
)
returns table (
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
    select
        g.grain, g.key,
        orders * m.total_orders, orders * m.completed_orders, orders * m.cancelled_orders, orders * m.pending_orders,
        m.gross_merchandise_value, coalesce(m.total_revenue, 0), coalesce(m.total_discount, 0)
    from public.grain_keys(facts) g
    cross join lateral public.order_measures(status, total_amount, discount_amount, final_amount) m
    where g.grain = any (public.enabled_grains())
$$;
comment on function grain_buckets(bigint, varchar, numeric, numeric, numeric, text[]) is
    'The buckets of the kept grains that so many orders of a status with the same facts are in, and what they add to each.';

create table daily_grain_statistics (
    grain text not null,
    stat_date date not null,
    platform varchar(20) not null,
    key text[] not null,
    total_orders bigint not null default 0,
    completed_orders bigint not null default 0,
    cancelled_orders bigint not null default 0,
    pending_orders bigint not null default 0,
    gross_merchandise_value numeric(38, 2) not null default 0,
    total_revenue numeric(38, 2) not null default 0,
    total_discount numeric(38, 2) not null default 0,
    created_at timestamp default now(),
    updated_at timestamp default now(),
    primary key (grain, stat_date, platform, key)
);
alter table daily_grain_statistics set (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02);
comment on table daily_grain_statistics is
    'Figures per grain, business day, platform and key. Any row can be deleted and rebuilt from orders.';
comment on column daily_grain_statistics.grain is 'Which grain: a word of grain_keys().';
comment on column daily_grain_statistics.stat_date is 'Business day: the date of orders.order_date.';
comment on column daily_grain_statistics.platform is 'Marketplace, as in orders.platform.';
comment on column daily_grain_statistics.key is 'Value of each column of the grain; NULL where it is not known.';
comment on column daily_grain_statistics.total_orders is 'Orders of the bucket, whatever became of them.';
comment on column daily_grain_statistics.completed_orders is 'Of these, orders now completed.';
comment on column daily_grain_statistics.cancelled_orders is 'Of these, orders now cancelled.';
comment on column daily_grain_statistics.pending_orders is 'Of these, orders still open.';
comment on column daily_grain_statistics.gross_merchandise_value is 'GMV: sum of total_amount, cancelled orders included.';
comment on column daily_grain_statistics.total_revenue is 'Sum of final_amount over the completed orders.';
comment on column daily_grain_statistics.total_discount is 'Sum of discount_amount, cancelled orders included.';
comment on column daily_grain_statistics.created_at is 'When this row was first written.';
comment on column daily_grain_statistics.updated_at is 'When a figure of this row last changed.';

create function expected_daily_grain_statistics(from_day date, to_day date)
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
        o.stat_date,
        o.platform,
        b.key,
        sum(b.total_orders)::bigint,
        sum(b.completed_orders)::bigint,
        sum(b.cancelled_orders)::bigint,
        sum(b.pending_orders)::bigint,
        sum(b.gross_merchandise_value),
        sum(b.total_revenue),
        sum(b.total_discount)
    from (
        select
            o.order_date::date as stat_date, o.platform, o.status, public.order_facts(o) as facts, count(*) as orders,
            sum(o.total_amount) as total_amount, sum(o.discount_amount) as discount_amount,
            sum(o.final_amount) as final_amount
        from public.orders o
        where o.order_date >= from_day::timestamp
          and o.order_date < (to_day + 1)::timestamp
        group by o.order_date::date, o.platform, o.status, public.order_facts(o)
    ) o
    cross join lateral public.grain_buckets(
        o.orders, o.status, o.total_amount, o.discount_amount, o.final_amount, o.facts
    ) b
    group by b.grain, o.stat_date, o.platform, b.key
$$;
comment on function expected_daily_grain_statistics(date, date) is
    'What daily_grain_statistics should hold for a range of business days, both ends included, recounted from orders.';

-- An order that a statement added or took away, as far as figures depend on it.
create type order_change as (
    sign smallint,
    platform varchar(20),
    status varchar(50),
    total_amount numeric,
    discount_amount numeric,
    final_amount numeric,
    facts text[]
);
comment on type order_change is 'An order that was added (sign 1) or taken away (-1), as far as figures depend on it.';

-- A journal of its own beside stats_journal, so that an older daybook that folds the days alone takes nothing from the
-- grains. One row for a statement and day, with the orders as they are. Adding them up for each bucket is left to the fold:
-- in the writer's statement it took half as long again.
create table grain_journal (
    stat_date date not null,
    changes order_change[] not null,
    made_in xid8 not null default pg_current_xact_id()
);
create index idx_grain_journal_made_in on grain_journal (made_in);
create index idx_grain_journal_stat_date on grain_journal (stat_date);
alter table grain_journal set (
    autovacuum_vacuum_scale_factor = 0,
    autovacuum_vacuum_threshold = 2000,
    autovacuum_vacuum_insert_scale_factor = 0,
    autovacuum_vacuum_insert_threshold = 50000,
    autovacuum_vacuum_cost_delay = 0,
    autovacuum_analyze_scale_factor = 0,
    autovacuum_analyze_threshold = 100000
);
comment on table grain_journal is
    'Changes of orders that are not yet in daily_grain_statistics; appended by triggers, moved by the fold.';
comment on column grain_journal.stat_date is 'Business day of the orders.';
comment on column grain_journal.changes is 'Orders of the day that the statement added and took away.';
comment on column grain_journal.made_in is 'Transaction that made the change. Not an order of commit.';

-- The journal's trigger, with the owner's rights for the reasons given at mark_stats_for_rebuild().
create function journal_bucket_changes() returns trigger
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
            public.order_facts(row(n.*)::public.orders))::public.order_change)
        from new_orders n
        group by n.order_date::date;
    elsif tg_op = 'DELETE' then
        insert into public.grain_journal (stat_date, changes)
        select o.order_date::date, array_agg(row(
            -1, o.platform, o.status, o.total_amount, o.discount_amount, o.final_amount,
            public.order_facts(row(o.*)::public.orders))::public.order_change)
        from old_orders o
        group by o.order_date::date;
    elsif tg_op = 'UPDATE' then
        -- What is the same before and after leaves nothing; of several alike, as many as there are more or less of.
        insert into public.grain_journal (stat_date, changes)
        select c.stat_date, array_agg(row(
            sign(c.more), c.platform, c.status, c.total_amount, c.discount_amount, c.final_amount, c.facts
            )::public.order_change)
        from (
            select r.stat_date, r.platform, r.status, r.total_amount, r.discount_amount, r.final_amount, r.facts,
                   sum(r.sign) as more
            from (
                select -1 as sign, o.order_date::date as stat_date, o.platform, o.status, o.total_amount,
                       o.discount_amount, o.final_amount, public.order_facts(row(o.*)::public.orders) as facts
                from old_orders o
                union all
                select 1, n.order_date::date, n.platform, n.status, n.total_amount,
                       n.discount_amount, n.final_amount, public.order_facts(row(n.*)::public.orders)
                from new_orders n
            ) r
            group by r.stat_date, r.platform, r.status, r.total_amount, r.discount_amount, r.final_amount, r.facts
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
revoke execute on function journal_bucket_changes() from public;
comment on function journal_bucket_changes() is
    'Trigger function of orders: appends the orders that the statement added and took away to grain_journal.';

create trigger trigger_journal_grains_insert
after insert on orders referencing new table as new_orders
for each statement execute function journal_bucket_changes();

create trigger trigger_journal_grains_update
after update on orders referencing old table as old_orders new table as new_orders
for each statement execute function journal_bucket_changes();

create trigger trigger_journal_grains_delete
after delete on orders referencing old table as old_orders
for each statement execute function journal_bucket_changes();

-- In both modes: without orders there are no figures.
create trigger trigger_journal_grains_truncate
after truncate on orders
for each statement execute function journal_bucket_changes();

-- Mode queue: a change that moves an order between buckets of a finer grain marks its day as well.
create function mark_bucket_changes() returns trigger
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
        select o.order_date::date as stat_date, public.order_facts(row(o.*)::public.orders) as facts, -1 as sign
        from old_orders o
        union all
        select n.order_date::date, public.order_facts(row(n.*)::public.orders), 1
        from new_orders n
    ) changed
    group by changed.stat_date, changed.facts
    having sum(changed.sign) <> 0;
    return null;
end
$$;
revoke execute on function mark_bucket_changes() from public;
comment on function mark_bucket_changes() is
    'Trigger function of orders: marks the days on which the statement moved an order between buckets of a finer grain.';

create trigger trigger_mark_grains_update
after update on orders referencing old table as old_orders new table as new_orders
for each statement execute function mark_bucket_changes();

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
            ('trigger_journal_grains_insert', mode = 'incremental' and has_grains),
            ('trigger_journal_grains_update', mode = 'incremental' and has_grains),
            ('trigger_journal_grains_delete', mode = 'incremental' and has_grains),
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

-- Keeps other grains from now on; NULL means all there are. The caller holds the locks of a switch and has folded what
-- was waiting.
create function enable_grains(grains text[]) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    known text[] := array(select g.grain from public.grain_keys(null) g);
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
revoke execute on function enable_grains(text[]) from public;
comment on function enable_grains(text[]) is
    'Keeps these grains from now on, all for NULL: figures of others go, figures of new ones are counted.';

-- The figures as they are in this very snapshot, as in daily_order_statistics_live.
create view daily_grain_statistics_live as
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
) part
group by part.grain, part.stat_date, part.platform, part.key
having (sum(part.total_orders), sum(part.completed_orders), sum(part.cancelled_orders), sum(part.pending_orders),
        sum(part.gross_merchandise_value), sum(part.total_revenue), sum(part.total_discount))
       <> (0, 0, 0, 0, 0, 0, 0);
comment on view daily_grain_statistics_live is
    'daily_grain_statistics as of this very snapshot, every committed change included.';

-- The pair of views of a grain, which give the elements of its key their names. A bucket is as final as its day.
create function create_grain_views(grain text, columns text[]) returns void
language plpgsql
as $$
declare
    suffix text;
    named text;
begin
    select string_agg(format('s.key[%s] as %I', c.position, c.name), ', ' order by c.position)
    into named
    from unnest(columns) with ordinality c (name, position);
    foreach suffix in array array['', '_live'] loop
        execute format(
            'create view %I as
             select
                 s.stat_date, s.platform, %s,
                 s.total_orders, s.completed_orders, s.cancelled_orders, s.pending_orders,
                 s.gross_merchandise_value, s.total_revenue, s.total_discount,
                 cancellation_rate(s.cancelled_orders, s.total_orders)::numeric(5, 2) as cancellation_rate,
                 avg_order_value(s.total_revenue, s.completed_orders)::numeric(38, 2) as avg_order_value,
                 coalesce(d.is_final, false) as is_final, s.created_at, s.updated_at
             from %I s
             left join daily_order_statistics d on d.stat_date = s.stat_date and d.platform = s.platform
             where s.grain = %L',
            'daily_' || grain || '_statistics' || suffix, named, 'daily_grain_statistics' || suffix, grain);
    end loop;
end
$$;
revoke execute on function create_grain_views(text, text[]) from public;
comment on function create_grain_views(text, text[]) is
    'Creates daily_<grain>_statistics and its live twin, with a column for each element of the key.';

select create_grain_views('region', array['region']);
select create_grain_views('shop', array['shop_id']);
comment on view daily_region_statistics is
    'Figures per business day, platform and province as the marketplace spells it (NFC); NULL where it is not known.';
comment on view daily_region_statistics_live is 'daily_region_statistics as of this very snapshot.';
comment on view daily_shop_statistics is
    'Figures per business day, platform and seller account; NULL where the documents do not name it.';
comment on view daily_shop_statistics_live is 'daily_shop_statistics as of this very snapshot.';

-- Weeks (ISO, Monday first) and months: sums of days, ratios from the sums; an average of daily ratios would be wrong.
-- A period is final when it has ended in the business zone and all of its days are final.
do $$
declare
    suffix text;
    period record;
begin
    foreach suffix in array array['', '_live'] loop
        for period in
            select * from (values
                ('weekly_statistics', 'week', '6 days'),
                ('monthly_statistics', 'month', '1 month - 1 day')
            ) p (name, unit, length)
        loop
            execute format(
                'create view %1$I as
                 select
                     p.first_day as %2$I,
                     p.last_day as %3$I,
                     p.platform, p.days_covered,
                     p.total_orders, p.completed_orders, p.cancelled_orders, p.pending_orders,
                     p.gross_merchandise_value, p.total_revenue, p.total_discount,
                     cancellation_rate(p.cancelled_orders, p.total_orders)::numeric(5, 2) as cancellation_rate,
                     avg_order_value(p.total_revenue, p.completed_orders)::numeric(38, 2) as avg_order_value,
                     p.days_are_final and p.last_day < (now() at time zone b.time_zone)::date as is_final,
                     p.updated_at
                 from (
                     select
                         date_trunc(%4$L, s.stat_date)::date as first_day,
                         (date_trunc(%4$L, s.stat_date) + interval %5$L)::date as last_day,
                         s.platform,
                         count(*)::integer as days_covered,
                         sum(s.total_orders)::bigint as total_orders,
                         sum(s.completed_orders)::bigint as completed_orders,
                         sum(s.cancelled_orders)::bigint as cancelled_orders,
                         sum(s.pending_orders)::bigint as pending_orders,
                         sum(s.gross_merchandise_value)::numeric(38, 2) as gross_merchandise_value,
                         sum(s.total_revenue)::numeric(38, 2) as total_revenue,
                         sum(s.total_discount)::numeric(38, 2) as total_discount,
                         coalesce(bool_and(s.is_final), false) as days_are_final,
                         max(s.updated_at) as updated_at
                     from %6$I s
                     group by 1, 2, s.platform
                 ) p
                 cross join business_settings b',
                period.name || suffix, period.unit || '_start', period.unit || '_end',
                period.unit, period.length, 'daily_order_statistics' || suffix);
        end loop;
    end loop;
end
$$;
comment on view weekly_statistics is
    'Figures per ISO week and platform: sums of daily_order_statistics, ratios from the sums.';
comment on column weekly_statistics.week_start is 'Monday.';
comment on column weekly_statistics.week_end is 'Sunday.';
comment on column weekly_statistics.days_covered is 'Days of the week with orders.';
comment on column weekly_statistics.is_final is 'True once the week has ended and all of its days are final.';
comment on view weekly_statistics_live is 'weekly_statistics as of this very snapshot.';
comment on view monthly_statistics is
    'Figures per calendar month and platform: sums of daily_order_statistics, ratios from the sums.';
comment on column monthly_statistics.month_start is 'First day of the month.';
comment on column monthly_statistics.month_end is 'Last day of the month.';
comment on column monthly_statistics.days_covered is 'Days of the month with orders.';
comment on column monthly_statistics.is_final is 'True once the month has ended and all of its days are final.';
comment on view monthly_statistics_live is 'monthly_statistics as of this very snapshot.';

-- Orders that are there already. No writer may come in between; what is waiting in stats_journal concerns days alone.
lock table orders in share row exclusive mode;
lock table stats_gate in share row exclusive mode;
insert into daily_grain_statistics (
    grain, stat_date, platform, key, total_orders, completed_orders, cancelled_orders, pending_orders,
    gross_merchandise_value, total_revenue, total_discount
)
select
    e.grain, e.stat_date, e.platform, e.key, e.total_orders, e.completed_orders, e.cancelled_orders,
    e.pending_orders, e.gross_merchandise_value, e.total_revenue, e.total_discount
from expected_daily_grain_statistics('-infinity', 'infinity') e;
alter table orders disable trigger trigger_journal_grains_insert;
alter table orders disable trigger trigger_journal_grains_update;
alter table orders disable trigger trigger_journal_grains_delete;
select enable_statistics_triggers(b.statistics_mode) from business_settings b;
