-- The lines of one order. Parameters: $1 platform, $2 code.
select
    l.line_number::integer as line_number, l.product_id, l.sku, l.quantity, l.list_value::numeric as list_value,
    l.discount_amount::numeric as discount_amount, l.final_amount::numeric as final_amount, l.category_id,
    l.category_name
from order_lines l
where l.platform = $1 and l.order_code = $2
order by l.line_number
