-- Which documents were merged into their orders' rows before.
--
-- Each is looked up by its order's key, one after the other, whatever the planner knows of the table (limit keeps it from
-- joining in another way): see look_up_by_key.sql.
--
-- Parameters, arrays in the same order: $1 platforms, $2 order codes, $3 hashes of documents.
-- Returns: the numbers, from 1, of those that decide their rows, and of those that are older.
select
    coalesce(array_agg(t.number::integer) filter (where row.is_deciding), '{}') as deciding,
    coalesce(array_agg(t.number::integer) filter (where not row.is_deciding), '{}') as older
from unnest($1::text[], $2::text[], $3::bigint[]) with ordinality t (platform, order_code, document_hash, number)
cross join lateral (
    select o.document_hash is not distinct from t.document_hash as is_deciding
    from orders o
    where o.platform = t.platform
      and o.order_code = t.order_code
      and (o.document_hash = t.document_hash or t.document_hash = any (o.older_document_hashes))
    limit 1
) as row
