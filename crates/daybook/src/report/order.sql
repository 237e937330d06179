-- One order. Parameters: $1 platform, $2 code.
select
    o.platform, o.order_code, o.shop_id, o.customer_id::text as customer_id, o.status, o.platform_status, o.currency,
    o.total_amount, coalesce(o.discount_amount, 0) as discount_amount, o.final_amount, o.region, o.order_date,
    o.completed_at, o.cancelled_at, o.source_updated_at, o.ingested_at, o.created_at, o.updated_at, o.source_document_id
from orders o
where o.platform = $1 and o.order_code = $2
