-- One chunk of ready-made rows, as somebody would load them by hand: COPY into a temporary table, one upsert of what is newer.
-- For psql; :columns are the table's own, :chunk a file that COPY has written.
begin;
create temp table incoming on commit drop as select :columns from orders with no data;
\set copy '\\copy incoming from ' :chunk
:copy
insert into orders as o (:columns)
select :columns from incoming order by platform, order_code
on conflict (platform, order_code) do update
set status = excluded.status,
    platform_status = excluded.platform_status,
    total_amount = excluded.total_amount,
    discount_amount = excluded.discount_amount,
    final_amount = excluded.final_amount,
    order_date = excluded.order_date,
    completed_at = excluded.completed_at,
    cancelled_at = excluded.cancelled_at,
    region = excluded.region,
    customer_id = excluded.customer_id,
    lines = excluded.lines,
    source_updated_at = excluded.source_updated_at,
    ingested_at = excluded.ingested_at,
    content_hash = excluded.content_hash,
    updated_at = excluded.updated_at
where (excluded.source_updated_at, excluded.ingested_at, excluded.content_hash)
      > (o.source_updated_at, o.ingested_at, o.content_hash);
commit;
