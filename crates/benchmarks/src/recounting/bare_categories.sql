select
    o.order_date::date as day, o.platform, c.category_id, count(distinct o.id) as total_orders,
    count(distinct o.id) filter (where o.status = 'completed') as completed_orders,
    count(distinct o.id) filter (where o.status = 'cancelled') as cancelled_orders,
    count(distinct o.id) filter (where o.status = 'pending') as pending_orders,
    sum(l.discount_amount + l.final_amount) as gross_merchandise_value,
    sum(l.final_amount) filter (where o.status = 'completed') as total_revenue,
    sum(l.discount_amount) as total_discount
from orders o
cross join unnest(o.lines) l
left join product_categories c on c.platform = o.platform and c.product_id = l.product_id
group by o.order_date::date, o.platform, c.category_id
