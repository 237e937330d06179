-- Fills incoming_orders; the column order is that of IncomingRow.
copy incoming_orders (
    platform, order_code, source_updated_at, ingested_at, content_hash, shop_id, status, platform_status, currency,
    total_amount, discount_amount, final_amount, order_date,
    region, region_updated_at, region_ingested_at, region_content_hash,
    customer_id, customer_updated_at, customer_ingested_at, customer_content_hash,
    first_completed_at, first_cancelled_at, source_document_id, lines
) from stdin (format binary)
