-- stats_journal: every committed change is in the figures at once.
--
-- Statement triggers append what a statement added to or took from each bucket it touched, the old side with a minus. The
-- fold later moves these rows into daily_order_statistics: deletes them here and adds them there in one transaction. So
-- stored + journal is exact in every snapshot, and writers touch no row that anybody else touches.
--
-- Which triggers are enabled decides the mode: these (incremental), or those of V3 (queue). set_statistics_mode switches.

create table stats_journal (
    stat_date date not null,
    platform varchar(20) not null,
    total_orders bigint not null,
    completed_orders bigint not null,
    cancelled_orders bigint not null,
    pending_orders bigint not null,
    -- Of any size: a typed column would make a writer fail that a sum does not fit.
    gross_merchandise_value numeric not null,
    total_revenue numeric not null,
    total_discount numeric not null,
    run_id bigint,
    made_at timestamptz not null default now(),
    made_in xid8 not null default pg_current_xact_id()
);
-- The fold goes by transaction, and starts where everything before is known to be gone.
create index idx_stats_journal_made_in on stats_journal (made_in);
create index idx_stats_journal_stat_date on stats_journal (stat_date);
-- A queue: every row lives for about a second. Fixed thresholds, because a share of a table that is usually empty means
-- nothing; no rest between pages, because what is left behind slows every fold.
alter table stats_journal set (
    autovacuum_vacuum_scale_factor = 0,
    autovacuum_vacuum_threshold = 5000,
    autovacuum_vacuum_insert_scale_factor = 0,
    autovacuum_vacuum_insert_threshold = 50000,
    autovacuum_vacuum_cost_delay = 0,
    autovacuum_analyze_scale_factor = 0,
    autovacuum_analyze_threshold = 100000
);
-- Each row is updated at every fold that touches its day: room on the page keeps those updates out of the indexes.
alter table daily_order_statistics set (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);

comment on table stats_journal is
    'Signed changes of figures that are not yet in daily_order_statistics; appended by triggers, moved by the fold.';
comment on column stats_journal.stat_date is 'Business day of the bucket.';
comment on column stats_journal.platform is 'Marketplace of the bucket.';
comment on column stats_journal.total_orders is 'Orders added, less orders taken away.';
comment on column stats_journal.completed_orders is 'Completed orders added, less those taken away.';
comment on column stats_journal.cancelled_orders is 'Cancelled orders added, less those taken away.';
comment on column stats_journal.pending_orders is 'Pending orders added, less those taken away.';
comment on column stats_journal.gross_merchandise_value is 'GMV added, less GMV taken away.';
comment on column stats_journal.total_revenue is 'Revenue added, less revenue taken away.';
comment on column stats_journal.total_discount is 'Discounts added, less those taken away.';
comment on column stats_journal.run_id is 'The run that made the change; NULL when it was made by hand.';
comment on column stats_journal.made_at is 'Start of the transaction that made the change.';
comment on column stats_journal.made_in is 'Transaction that made the change. Not an order of commit.';

-- What keeps folds and rebuilds apart: a table that holds nothing and is only locked. A rebuild reads in one snapshot, so
-- PostgreSQL would undo it rather than let it lose what a fold did meanwhile; but then one of a long history, beside a fold
-- every second, would never come to its end. Table locks, because LOCK TABLE is the one way to wait before a
-- repeatable-read transaction takes its snapshot, and because they end with the transaction.
--   ROW EXCLUSIVE        a fold, or closing days: side by side with each other
--   SHARE                a rebuild of marked days: side by side with each other, never with a fold
--   SHARE ROW EXCLUSIVE  a rebuild of a range, TRUNCATE, switching the mode: alone
-- Always taken after a lock on orders, if there is one, and before any lock on figures.
create table stats_gate ();
comment on table stats_gate is 'Holds nothing; locking it keeps folds and rebuilds of statistics apart.';

create table stats_audit (
    id bigint generated always as identity primary key,
    stat_date date not null,
    platform varchar(20) not null,
    changed_at timestamptz not null,
    cause text not null check (cause in ('fold', 'rebuild')),
    run_ids bigint[] not null,
    by_hand boolean not null,
    before jsonb not null,
    after jsonb not null
);
create index idx_stats_audit_day on stats_audit (stat_date, platform, changed_at);
comment on table stats_audit is 'Changes of figures of days that were final already.';
comment on column stats_audit.id is 'Surrogate key.';
comment on column stats_audit.stat_date is 'Business day whose figures changed after it was final.';
comment on column stats_audit.platform is 'Marketplace.';
comment on column stats_audit.changed_at is 'When daily_order_statistics was changed.';
comment on column stats_audit.cause is 'fold: changes of orders were added; rebuild: the day was computed again.';
comment on column stats_audit.run_ids is 'Runs that changed the orders (fold), or that computed the day (rebuild).';
comment on column stats_audit.by_hand is 'Whether orders were also changed by something that is no run of daybook.';
comment on column stats_audit.before is 'The additive figures before.';
comment on column stats_audit.after is 'The additive figures after.';

create function audited_figures(
    total_orders bigint, completed_orders bigint, cancelled_orders bigint, pending_orders bigint,
    gross_merchandise_value numeric, total_revenue numeric, total_discount numeric
)
returns jsonb
language sql immutable
as $$
    select jsonb_build_object(
        'total_orders', coalesce(total_orders, 0),
        'completed_orders', coalesce(completed_orders, 0),
        'cancelled_orders', coalesce(cancelled_orders, 0),
        'pending_orders', coalesce(pending_orders, 0),
        'gross_merchandise_value', coalesce(gross_merchandise_value, 0)::numeric(38, 2),
        'total_revenue', coalesce(total_revenue, 0)::numeric(38, 2),
        'total_discount', coalesce(total_discount, 0)::numeric(38, 2)
    )
$$;
comment on function audited_figures(bigint, bigint, bigint, bigint, numeric, numeric, numeric) is
    'The additive figures of a row as stats_audit keeps them; NULL, as of a row that is not there, counts as zero.';

-- The journal's trigger, with the owner's rights for the reasons given at mark_stats_for_rebuild().
create function journal_order_changes() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    run bigint := nullif(current_setting('daybook.run', true), '')::bigint;
begin
    if tg_relid <> 'public.orders'::regclass then
        raise exception 'journal_order_changes() serves public.orders only, not %', tg_relid::regclass;
    end if;

    if tg_op = 'INSERT' then
        insert into public.stats_journal (
            stat_date, platform, total_orders, completed_orders, cancelled_orders, pending_orders,
            gross_merchandise_value, total_revenue, total_discount, run_id
        )
        select
            n.order_date::date, n.platform,
            sum(m.total_orders), sum(m.completed_orders), sum(m.cancelled_orders), sum(m.pending_orders),
            sum(m.gross_merchandise_value), coalesce(sum(m.total_revenue), 0), coalesce(sum(m.total_discount), 0), run
        from new_orders n
        cross join lateral public.order_measures(n.status, n.total_amount, n.discount_amount, n.final_amount) m
        group by n.order_date::date, n.platform;
    elsif tg_op = 'DELETE' then
        insert into public.stats_journal (
            stat_date, platform, total_orders, completed_orders, cancelled_orders, pending_orders,
            gross_merchandise_value, total_revenue, total_discount, run_id
        )
        select
            o.order_date::date, o.platform,
            -sum(m.total_orders), -sum(m.completed_orders), -sum(m.cancelled_orders), -sum(m.pending_orders),
            -sum(m.gross_merchandise_value), -coalesce(sum(m.total_revenue), 0), -coalesce(sum(m.total_discount), 0), run
        from old_orders o
        cross join lateral public.order_measures(o.status, o.total_amount, o.discount_amount, o.final_amount) m
        group by o.order_date::date, o.platform;
    elsif tg_op = 'UPDATE' then
        insert into public.stats_journal (
            stat_date, platform, total_orders, completed_orders, cancelled_orders, pending_orders,
            gross_merchandise_value, total_revenue, total_discount, run_id
        )
        select
            c.stat_date, c.platform,
            c.total_orders, c.completed_orders, c.cancelled_orders, c.pending_orders,
            c.gross_merchandise_value, c.total_revenue, c.total_discount, run
        from (
            select
                r.stat_date, r.platform,
                sum(r.sign * m.total_orders) as total_orders,
                sum(r.sign * m.completed_orders) as completed_orders,
                sum(r.sign * m.cancelled_orders) as cancelled_orders,
                sum(r.sign * m.pending_orders) as pending_orders,
                sum(r.sign * m.gross_merchandise_value) as gross_merchandise_value,
                coalesce(sum(r.sign * m.total_revenue), 0) as total_revenue,
                coalesce(sum(r.sign * m.total_discount), 0) as total_discount
            from (
                select -1 as sign, o.order_date::date as stat_date, o.platform, o.status,
                       o.total_amount, o.discount_amount, o.final_amount from old_orders o
                union all
                select 1, n.order_date::date, n.platform, n.status,
                       n.total_amount, n.discount_amount, n.final_amount from new_orders n
            ) r
            cross join lateral public.order_measures(r.status, r.total_amount, r.discount_amount, r.final_amount) m
            group by r.stat_date, r.platform
        ) c
        -- A bucket that did not move leaves no row.
        where (c.total_orders, c.completed_orders, c.cancelled_orders, c.pending_orders,
               c.gross_merchandise_value, c.total_revenue, c.total_discount)
              <> (0, 0, 0, 0, 0, 0, 0);
    else
        -- TRUNCATE has no transition tables and ignores snapshots: rows that this transaction cannot see go as well. So
        -- the figures go the same way, and a reader with an older snapshot sees neither side.
        lock table public.stats_gate in share row exclusive mode;
        truncate public.daily_order_statistics, public.stats_journal;
    end if;
    return null;
end
$$;
revoke execute on function journal_order_changes() from public;
comment on function journal_order_changes() is
    'Trigger function of orders: appends what the statement changed in every bucket to stats_journal.';

create trigger trigger_journal_insert
after insert on orders referencing new table as new_orders
for each statement execute function journal_order_changes();

create trigger trigger_journal_update
after update on orders referencing old table as old_orders new table as new_orders
for each statement execute function journal_order_changes();

create trigger trigger_journal_delete
after delete on orders referencing old table as old_orders
for each statement execute function journal_order_changes();

create trigger trigger_journal_truncate
after truncate on orders
for each statement execute function journal_order_changes();

alter table orders disable trigger trigger_journal_insert;
alter table orders disable trigger trigger_journal_update;
alter table orders disable trigger trigger_journal_delete;
alter table orders disable trigger trigger_journal_truncate;

-- The figures as they are in this very snapshot: stored plus what is still in the journal. The sum is over both at once,
-- so no reader can see a change twice or not at all. A day without orders has no row.
create view daily_order_statistics_live as
select
    max(part.id) as id,
    part.stat_date,
    part.platform,
    sum(part.total_orders)::bigint as total_orders,
    sum(part.completed_orders)::bigint as completed_orders,
    sum(part.cancelled_orders)::bigint as cancelled_orders,
    sum(part.pending_orders)::bigint as pending_orders,
    sum(part.gross_merchandise_value)::numeric(38, 2) as gross_merchandise_value,
    sum(part.total_revenue)::numeric(38, 2) as total_revenue,
    sum(part.total_discount)::numeric(38, 2) as total_discount,
    cancellation_rate(sum(part.cancelled_orders)::bigint, sum(part.total_orders)::bigint)::numeric(5, 2)
        as cancellation_rate,
    avg_order_value(sum(part.total_revenue), sum(part.completed_orders)::bigint)::numeric(38, 2) as avg_order_value,
    coalesce(bool_or(part.is_final), false) as is_final,
    min(part.created_at) as created_at,
    max(part.updated_at) as updated_at
from (
    select
        s.id, s.stat_date, s.platform, s.total_orders, s.completed_orders, s.cancelled_orders, s.pending_orders,
        s.gross_merchandise_value, s.total_revenue, s.total_discount, s.is_final, s.created_at, s.updated_at
    from daily_order_statistics s
    union all
    select
        null, j.stat_date, j.platform, j.total_orders, j.completed_orders, j.cancelled_orders, j.pending_orders,
        j.gross_merchandise_value, j.total_revenue, j.total_discount, null, j.made_at::timestamp, j.made_at::timestamp
    from stats_journal j
) part
group by part.stat_date, part.platform
having (sum(part.total_orders), sum(part.completed_orders), sum(part.cancelled_orders), sum(part.pending_orders),
        sum(part.gross_merchandise_value), sum(part.total_revenue), sum(part.total_discount))
       <> (0, 0, 0, 0, 0, 0, 0);

comment on view daily_order_statistics_live is
    'daily_order_statistics as of this very snapshot, every committed change included; same columns.';
comment on column daily_order_statistics_live.id is 'Key of the stored row; NULL while there is none.';
comment on column daily_order_statistics_live.is_final is 'As stored: a late change to a final day is in the figures, and the day stays final.';

alter table business_settings add column statistics_mode text not null default 'queue'
    constraint business_settings_statistics_mode check (statistics_mode in ('incremental', 'queue'));
comment on column business_settings.statistics_mode is
    'incremental: changes are journalled and folded; queue: days are marked and computed again.';

-- Turns one set of triggers on and the other off. The caller holds locks on orders and stats_gate, and has folded and
-- rebuilt what was waiting, so that nothing is between the two ways.
create function enable_statistics_triggers(mode text) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    wanted name;
begin
    foreach wanted in array array['insert', 'update', 'delete', 'truncate'] loop
        execute format('alter table public.orders %s trigger trigger_journal_%s',
                       case mode when 'incremental' then 'enable' else 'disable' end, wanted);
    end loop;
    foreach wanted in array array['', '_update', '_delete', '_truncate'] loop
        execute format('alter table public.orders %s trigger trigger_mark_stats%s',
                       case mode when 'queue' then 'enable' else 'disable' end, wanted);
    end loop;
end
$$;
revoke execute on function enable_statistics_triggers(text) from public;
comment on function enable_statistics_triggers(text) is 'Enables the triggers of one mode and disables those of the other.';
