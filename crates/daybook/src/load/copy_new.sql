-- Takes orders in that no row tells of; the column order is that of OrderRow and what a stored row has besides.
copy orders (
    platform, order_code, source_updated_at, ingested_at, content_hash, shop_id, status, platform_status, currency,
    total_amount, discount_amount, final_amount, order_date, first_completed_at, first_cancelled_at, source_document_id, lines,
    region, region_version, customer_id, customer_version, completed_at, cancelled_at, created_at, updated_at,
    document_hash, older_document_hashes
) from stdin (format binary)
