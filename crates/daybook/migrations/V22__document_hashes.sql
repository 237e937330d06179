-- Which document decided an order's row, told by a hash: one that is read again, and is the same, need not be understood again.

alter table orders add column document_hash bigint;
comment on column orders.document_hash is
    'Hash of the raw document of the version that decides this row, and of the rules it was read by; NULL when it was loaded before this was kept, or gave a warning, which is to be told every time.';
