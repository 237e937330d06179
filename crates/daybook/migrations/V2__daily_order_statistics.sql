-- daily_order_statistics: one row per business day and platform (specification 2.2), and the one definition of what
-- such a row should be. Aggregate, rebuild, validate and repair all read that definition; nothing else repeats it.
--
-- Counts are bigint and sums unconstrained in length, so that no sum of orders can overflow them and stop an aggregation.

create table daily_order_statistics (
    id bigserial primary key,
    stat_date date not null,
    platform varchar(20) not null,

    total_orders bigint not null default 0,
    completed_orders bigint not null default 0,
    cancelled_orders bigint not null default 0,
    pending_orders bigint not null default 0,

    gross_merchandise_value numeric(38, 2) not null default 0,
    total_revenue numeric(38, 2) not null default 0,
    total_discount numeric(38, 2) not null default 0,

    cancellation_rate numeric(5, 2),
    avg_order_value numeric(38, 2),

    is_final boolean default false,
    created_at timestamp default now(),
    updated_at timestamp default now(),

    unique (stat_date, platform)
);

create index idx_stats_date_desc on daily_order_statistics (stat_date desc);
create index idx_stats_platform on daily_order_statistics (platform);
create index idx_stats_date_platform on daily_order_statistics (stat_date, platform);

comment on table daily_order_statistics is
    'Figures per business day and platform. Any row can be deleted and rebuilt from orders.';
comment on column daily_order_statistics.id is 'Surrogate key.';
comment on column daily_order_statistics.stat_date is 'Business day: the date of orders.order_date.';
comment on column daily_order_statistics.platform is 'Marketplace, as in orders.platform.';
comment on column daily_order_statistics.total_orders is 'Orders placed on the day, whatever became of them.';
comment on column daily_order_statistics.completed_orders is 'Of these, orders now completed.';
comment on column daily_order_statistics.cancelled_orders is 'Of these, orders now cancelled.';
comment on column daily_order_statistics.pending_orders is 'Of these, orders still open.';
comment on column daily_order_statistics.gross_merchandise_value is 'GMV: sum of total_amount over all orders of the day, cancelled ones included.';
comment on column daily_order_statistics.total_revenue is 'Sum of final_amount over the completed orders of the day.';
comment on column daily_order_statistics.total_discount is 'Sum of discount_amount over all orders of the day.';
comment on column daily_order_statistics.cancellation_rate is 'cancelled_orders / total_orders in percent, two decimals. A ratio: never average it, recompute it from its parts.';
comment on column daily_order_statistics.avg_order_value is 'total_revenue / completed_orders, two decimals; NULL without completed orders. A ratio, see cancellation_rate.';
comment on column daily_order_statistics.is_final is 'True once the day has ended in the business zone and everything known is in the figures.';
comment on column daily_order_statistics.created_at is 'When this row was first written.';
comment on column daily_order_statistics.updated_at is 'When a figure of this row last changed.';

-- The definition, in three parts: what one order adds to its bucket, how ratios follow from the sums, and which buckets
-- a range of days should have. The first two are plain expressions to the planner, so naming them costs nothing.

create function order_measures(
    status varchar, total_amount numeric, discount_amount numeric, final_amount numeric
)
returns table (
    total_orders integer,
    completed_orders integer,
    cancelled_orders integer,
    pending_orders integer,
    gross_merchandise_value numeric,
    total_revenue numeric,
    total_discount numeric
)
language sql immutable parallel safe
as $$
    select
        1,
        (status = 'completed')::integer,
        (status = 'cancelled')::integer,
        (status = 'pending')::integer,
        total_amount,
        case when status = 'completed' then final_amount end,
        discount_amount
$$;
comment on function order_measures(varchar, numeric, numeric, numeric) is
    'What one order adds to the figures of its bucket. NULL amounts add nothing.';

-- Between two steps of a fold, sums can be out of step with each other; then there is no rate rather than an absurd one.
create function cancellation_rate(cancelled_orders bigint, total_orders bigint) returns numeric
language sql immutable parallel safe
as $$
    select case
        when total_orders > 0 and cancelled_orders between 0 and total_orders
        then round(cancelled_orders * 100.0 / total_orders, 2)
    end
$$;
comment on function cancellation_rate(bigint, bigint) is 'Cancelled orders in percent of all, two decimals.';

create function avg_order_value(total_revenue numeric, completed_orders bigint) returns numeric
language sql immutable parallel safe
as $$
    select case when completed_orders > 0 then round(total_revenue / completed_orders, 2) end
$$;
comment on function avg_order_value(numeric, bigint) is 'Revenue per completed order, two decimals.';

-- Days without orders have no row. The range is on order_date itself, so that the index on (order_date, platform)
-- serves a few days and a scan serves them all; '-infinity' and 'infinity' are open ends.
create function expected_daily_order_statistics(from_day date, to_day date)
returns table (
    stat_date date,
    platform varchar(20),
    total_orders bigint,
    completed_orders bigint,
    cancelled_orders bigint,
    pending_orders bigint,
    gross_merchandise_value numeric,
    total_revenue numeric,
    total_discount numeric,
    cancellation_rate numeric,
    avg_order_value numeric
)
language sql stable parallel safe
as $$
    select
        o.order_date::date,
        o.platform,
        sum(m.total_orders),
        sum(m.completed_orders),
        sum(m.cancelled_orders),
        sum(m.pending_orders),
        sum(m.gross_merchandise_value),
        coalesce(sum(m.total_revenue), 0),
        coalesce(sum(m.total_discount), 0),
        public.cancellation_rate(sum(m.cancelled_orders), sum(m.total_orders)),
        public.avg_order_value(sum(m.total_revenue), sum(m.completed_orders))
    from public.orders o
    cross join lateral public.order_measures(o.status, o.total_amount, o.discount_amount, o.final_amount) m
    where o.order_date >= from_day::timestamp
      and o.order_date < (to_day + 1)::timestamp
    group by o.order_date::date, o.platform
$$;
comment on function expected_daily_order_statistics(date, date) is
    'What daily_order_statistics should hold for a range of business days, both ends included, recounted from orders.';
