-- The orders as a hypertable, with a continuous aggregate of days that adds what is not materialised yet (real-time).
create extension timescaledb;
create table timescale_orders (
    order_date timestamp not null,
    platform varchar(20) not null,
    status varchar(50) not null,
    total_amount numeric(18, 2) not null,
    discount_amount numeric(18, 2),
    final_amount numeric(18, 2) not null
);
select create_hypertable('timescale_orders', by_range('order_date', interval '7 days'));
insert into timescale_orders
select order_date, platform, status, total_amount, discount_amount, final_amount
from orders;
create materialized view kept_statistics with (timescaledb.continuous, timescaledb.materialized_only = false) as
select
    time_bucket('1 day', order_date) as stat_date, platform, status, count(*) as orders, sum(total_amount) as total_amount,
    sum(discount_amount) as discount_amount, sum(final_amount) as final_amount
from timescale_orders
group by 1, 2, 3
with no data
