select
    o.order_date::date, o.platform, c.category_id, count(distinct o.id),
    count(distinct o.id) filter (where o.status = 'completed'), count(distinct o.id) filter (where o.status = 'cancelled'),
    count(distinct o.id) filter (where o.status = 'pending'), sum(l.discount_amount + l.final_amount),
    sum(l.final_amount) filter (where o.status = 'completed'), sum(l.discount_amount)
from orders o
cross join unnest(o.lines) l
left join product_categories c on c.platform = o.platform and c.product_id = l.product_id
group by o.order_date::date, o.platform, c.category_id
