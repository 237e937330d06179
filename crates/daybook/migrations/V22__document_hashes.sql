-- Which documents an order's row was made of, told by hashes: one that is read again, and is the same, need not be understood again.

alter table orders
    add column document_hash bigint,
    add column older_document_hashes bigint[];
comment on column orders.document_hash is
    'Hash of the raw document of the version that decides this row, and of the rules it was read by; NULL when it was loaded before this was kept, or gave a warning, which is to be told every time.';
comment on column orders.older_document_hashes is
    'The same of documents of older versions, the last that were merged into this row, seven at the most; NULL when there are none.';

create function merged_document_hashes(newer bigint[], document_hash bigint, older bigint[])
returns bigint[]
language sql immutable parallel safe
as $function$
    select nullif((array_remove(coalesce(newer, '{}') || document_hash || coalesce(older, '{}'), null))[:7], '{}')
$function$;
comment on function merged_document_hashes(bigint[], bigint, bigint[]) is
    'What is remembered of documents in orders.older_document_hashes, the last that were merged first.';
