-- Which documents an order's row was made of, told by hashes: one that is read again, and is the same, need not be understood again.

alter table orders
    add column document_hash bigint,
    add column older_document_hashes bigint[];
comment on column orders.document_hash is
    'Hash of the raw document of the version that decides this row, and of the rules it was read by; NULL when it was loaded before this was kept, or gave a warning, which is to be told every time.';
comment on column orders.older_document_hashes is
    'The same of documents of older versions, the last that were merged into this row, seven at the most; NULL when there are none.';

-- Orders of a batch with the hashes of their documents, which are not attributes of incoming_order: older programs write that type.
create function incoming_orders(orders incoming_order[], document_hashes bigint[], older_document_hashes text[])
returns table (
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
    customer_version order_version,
    document_hash bigint,
    older_document_hashes text
)
language sql immutable parallel safe
as $function$
    select * from unnest($1, $2, $3)
$function$;
comment on function incoming_orders(incoming_order[], bigint[], text[]) is
    'Orders, and in the same order the hashes of their documents, and those of older documents, each an array as text: PostgreSQL knows no array of arrays of different lengths.';

create function merged_document_hashes(newer bigint[], document_hash bigint, older bigint[])
returns bigint[]
language sql immutable parallel safe
as $function$
    select nullif((array_remove(coalesce(newer, '{}') || document_hash || coalesce(older, '{}'), null))[:7], '{}')
$function$;
comment on function merged_document_hashes(bigint[], bigint, bigint[]) is
    'What is remembered of documents in orders.older_document_hashes, the last that were merged first.';
