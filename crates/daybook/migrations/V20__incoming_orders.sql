-- incoming_order: an order on its way into orders, as a parameter of the statements that merge it. A load brings its batch as
-- an array of these, so that it needs no table of its own: making and dropping one with every batch took longer than most
-- merges, and left dead rows in PostgreSQL's catalogues.
--
-- Attributes are never taken away or added: a program that runs beside a newer schema writes all of them.
create type incoming_order as (
    platform varchar(20),
    order_code varchar(100),
    source_updated_at timestamptz,
    ingested_at timestamptz,
    content_hash bigint,
    shop_id text,
    status varchar(50),
    platform_status text,
    currency varchar(3),
    total_amount numeric(18, 2),
    discount_amount numeric(18, 2),
    final_amount numeric(18, 2),
    order_date timestamp,
    first_completed_at timestamp,
    first_cancelled_at timestamp,
    source_document_id text,
    lines order_line[],
    region text,
    region_version order_version,
    customer_id bigint,
    customer_version order_version
);
comment on type incoming_order is
    'What the versions of one order in a batch add up to; region_version and customer_version name the version that knew them.';
