-- Orders in the form of the oracle's expected rows.
select jsonb_build_object(
    'platform', platform,
    'order_code', order_code,
    'status', status,
    'total_amount', total_amount::text,
    'discount_amount', discount_amount::text,
    'final_amount', final_amount::text,
    'currency', currency,
    'order_date', to_char(order_date, 'YYYY-MM-DD"T"HH24:MI:SS'),
    'completed_at', to_char(completed_at, 'YYYY-MM-DD"T"HH24:MI:SS'),
    'cancelled_at', to_char(cancelled_at, 'YYYY-MM-DD"T"HH24:MI:SS'),
    'customer_id', customer_id,
    'region', region,
    'shop_id', shop_id
)
from orders
order by platform, order_code collate "C"
