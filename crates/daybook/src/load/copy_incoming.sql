-- Fills incoming_orders; the column order is that of OrderRow.
copy incoming_orders (
    platform, order_code, source_updated_at, ingested_at, content_hash, shop_id, status, platform_status, currency,
    total_amount, discount_amount, final_amount, order_date, first_completed_at, first_cancelled_at, source_document_id, lines,
    region, region_version, customer_id, customer_version
) from stdin (format binary)
