-- The batch's own table: one row per order, the state its versions in this batch add up to.
-- Lives until the end of the transaction only, so nothing leaks through a pooler.
create temp table incoming_orders (
    platform varchar(20) not null,
    order_code varchar(100) not null,
    source_updated_at timestamptz not null,
    ingested_at timestamptz not null,
    content_hash bigint not null,
    shop_id text,
    status varchar(50) not null,
    platform_status text,
    currency varchar(3) not null,
    total_amount numeric(18, 2) not null,
    discount_amount numeric(18, 2) not null,
    final_amount numeric(18, 2) not null,
    order_date timestamp not null,
    region text,
    region_version order_version,
    customer_id bigint,
    customer_version order_version,
    first_completed_at timestamp,
    first_cancelled_at timestamp,
    source_document_id text,
    lines order_line[]
) on commit drop;
-- A batch looks its orders up by their key, whatever the planner knows of them: while a table is filled for the first time it
-- has no statistics, and hashing all of orders for every batch would make the whole load quadratic.
set local enable_hashjoin = off;
set local enable_mergejoin = off
