-- stats_rebuild_queue: which business days must be computed again (specification 2.3 and 3.1).
--
-- A table keyed by day makes every writer of a day wait for the others until commit, and loses a change that lands
-- between reading and deleting its row. So the triggers append marks without a key, and the specification's table is
-- a view of them that also takes INSERT, UPDATE and DELETE.

create table stats_rebuild_marks (
    id bigint generated always as identity primary key,
    stat_date date not null check (isfinite(stat_date)),
    needs_rebuild boolean not null default true,
    marked_at timestamptz not null default now()
);
create index idx_stats_rebuild_marks_day on stats_rebuild_marks (stat_date);
-- A queue: rows come and go all day. Fixed thresholds, because a share of a table that is usually empty means nothing.
alter table stats_rebuild_marks set (
    autovacuum_vacuum_scale_factor = 0,
    autovacuum_vacuum_threshold = 2000,
    autovacuum_vacuum_insert_scale_factor = 0,
    autovacuum_vacuum_insert_threshold = 20000
);

comment on table stats_rebuild_marks is
    'Marks that a business day must be computed again; appended by triggers, deleted by the rebuild that covers them.';
comment on column stats_rebuild_marks.id is 'Surrogate key; not an order of commit.';
comment on column stats_rebuild_marks.stat_date is 'Business day to compute again.';
comment on column stats_rebuild_marks.needs_rebuild is 'False keeps the day visible in the queue without rebuilding it.';
comment on column stats_rebuild_marks.marked_at is 'Start of the transaction that made the mark.';

create view stats_rebuild_queue as
select
    m.stat_date,
    bool_or(m.needs_rebuild) as needs_rebuild,
    min(m.marked_at)::timestamp as created_at
from stats_rebuild_marks m
group by m.stat_date;
alter view stats_rebuild_queue alter column needs_rebuild set default true;

comment on view stats_rebuild_queue is
    'Business days waiting to be computed again, one row each. INSERT adds a day, DELETE takes one off.';
comment on column stats_rebuild_queue.stat_date is 'Business day waiting.';
comment on column stats_rebuild_queue.needs_rebuild is 'True when aggregate will compute it.';
comment on column stats_rebuild_queue.created_at is 'When the oldest mark of the day was made, in the session''s time zone.';

create function write_stats_rebuild_queue() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    if tg_op in ('UPDATE', 'DELETE') then
        delete from public.stats_rebuild_marks where stat_date = old.stat_date;
    end if;
    if tg_op = 'DELETE' then
        return old;
    end if;
    insert into public.stats_rebuild_marks (stat_date, needs_rebuild)
    values (new.stat_date, coalesce(new.needs_rebuild, true));
    return new;
end
$$;
comment on function write_stats_rebuild_queue() is 'Turns writes to the view stats_rebuild_queue into marks.';

create trigger write_stats_rebuild_queue
instead of insert or update or delete on stats_rebuild_queue
for each row execute function write_stats_rebuild_queue();

-- The marking trigger: once per statement, from the rows the statement itself saw and nothing else. A changed order
-- marks the day it leaves as well as the day it enters; a change that moves no figure marks nothing.
--
-- It runs with its owner's rights, so that whoever may write orders need not write marks. Hence the fixed search path,
-- the qualified names, EXECUTE taken from PUBLIC, and the refusal to serve any other table.
create function mark_stats_for_rebuild() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    if tg_relid <> 'public.orders'::regclass then
        raise exception 'mark_stats_for_rebuild() serves public.orders only, not %', tg_relid::regclass;
    end if;

    if tg_op = 'INSERT' then
        insert into public.stats_rebuild_marks (stat_date)
        select distinct n.order_date::date from new_orders n;
    elsif tg_op = 'DELETE' then
        insert into public.stats_rebuild_marks (stat_date)
        select distinct o.order_date::date from old_orders o;
    elsif tg_op = 'UPDATE' then
        insert into public.stats_rebuild_marks (stat_date)
        select changed.day
        from (
            (select o.order_date::date as day, o.platform, o.status,
                    o.total_amount, coalesce(o.discount_amount, 0), o.final_amount from old_orders o
             except all
             select n.order_date::date, n.platform, n.status,
                    n.total_amount, coalesce(n.discount_amount, 0), n.final_amount from new_orders n)
            union all
            (select n.order_date::date, n.platform, n.status,
                    n.total_amount, coalesce(n.discount_amount, 0), n.final_amount from new_orders n
             except all
             select o.order_date::date, o.platform, o.status,
                    o.total_amount, coalesce(o.discount_amount, 0), o.final_amount from old_orders o)
        ) changed
        group by changed.day;
    else
        -- TRUNCATE has no transition tables and ignores snapshots, so counting the rows away can miss some. With no
        -- order left no figure is left: the statistics go in the same transaction, and the days are marked for the record.
        insert into public.stats_rebuild_marks (stat_date)
        select distinct s.stat_date from public.daily_order_statistics s;
        truncate public.daily_order_statistics;
    end if;
    return null;
end
$$;
revoke execute on function mark_stats_for_rebuild() from public;
comment on function mark_stats_for_rebuild() is
    'Trigger function of orders: marks every business day whose figures the statement moved, the old and the new one.';

-- One trigger per event, because transition tables allow only one event each.
create trigger trigger_mark_stats
after insert on orders referencing new table as new_orders
for each statement execute function mark_stats_for_rebuild();

create trigger trigger_mark_stats_update
after update on orders referencing old table as old_orders new table as new_orders
for each statement execute function mark_stats_for_rebuild();

create trigger trigger_mark_stats_delete
after delete on orders referencing old table as old_orders
for each statement execute function mark_stats_for_rebuild();

create trigger trigger_mark_stats_truncate
after truncate on orders
for each statement execute function mark_stats_for_rebuild();
