-- Which raw document decides an order's row: the last step of "why this number?".

alter table orders add column source_document_id text;
comment on column orders.source_document_id is
    '_id of the raw document of the version that decides this row, as canonical extended JSON; NULL when it has none, or was loaded before this was kept.';
