-- The figures as an incrementally maintained view of pg_ivm, which knows no filter clause in its aggregates.
alter table orders disable trigger all;
create extension pg_ivm;
-- Where newer versions keep their functions; older ones have them in pg_catalog.
set search_path = public, pgivm;
select create_immv('kept_statistics', $$
    select order_date::date as stat_date, platform, status, count(*) as orders, sum(total_amount) as total_amount,
           sum(discount_amount) as discount_amount, sum(final_amount) as final_amount
    from orders
    group by order_date::date, platform, status
$$);
