select
    order_date::date as day, platform, region, count(*) as total_orders,
    count(*) filter (where status = 'completed') as completed_orders,
    count(*) filter (where status = 'cancelled') as cancelled_orders,
    count(*) filter (where status = 'pending') as pending_orders,
    sum(total_amount) as gross_merchandise_value,
    sum(final_amount) filter (where status = 'completed') as total_revenue,
    sum(discount_amount) as total_discount
from orders
group by order_date::date, platform, region
