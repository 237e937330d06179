select
    order_date::date, platform, shop_id, count(*), count(*) filter (where status = 'completed'),
    count(*) filter (where status = 'cancelled'), count(*) filter (where status = 'pending'),
    sum(total_amount), sum(final_amount) filter (where status = 'completed'), sum(discount_amount)
from orders
group by order_date::date, platform, shop_id
