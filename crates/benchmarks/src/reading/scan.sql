-- The orders themselves. Parameters: $1 first day, $2 last day.
select
    date_trunc('month', order_date)::date, platform, count(*), count(*) filter (where status = 'completed'),
    count(*) filter (where status = 'cancelled'), count(*) filter (where status = 'pending'), sum(total_amount),
    sum(discount_amount), sum(final_amount) filter (where status = 'completed')
from orders
where order_date >= $1::date and order_date < $2::date + 1
group by 1, 2
order by 1, 2
