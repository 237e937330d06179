-- One day of the specification's loop (3.2), its figures stored by the server itself. Parameters: $1 the day.
with stale as (
    delete from specified_statistics where stat_date = $1
)
insert into specified_statistics
select
    date(order_date), platform, count(*), count(case when status = 'completed' then 1 end),
    count(case when status = 'cancelled' then 1 end), count(case when status = 'pending' then 1 end),
    sum(total_amount), sum(case when status = 'completed' then final_amount else 0 end), sum(discount_amount),
    round((count(case when status = 'cancelled' then 1 end) * 100.0 / count(*)), 2),
    round(
        sum(case when status = 'completed' then final_amount else 0 end)
            / nullif(count(case when status = 'completed' then 1 end), 0),
        2
    ),
    date(order_date) < current_date
from orders
where date(order_date) = $1
group by date(order_date), platform
