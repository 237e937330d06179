-- Which documents are those that decided their orders' rows.
--
-- Each is looked up by its order's key, one after the other, whatever the planner knows of the table (limit keeps it from
-- joining in another way): see look_up_by_key.sql.
--
-- Parameters, arrays in the same order: $1 platforms, $2 order codes, $3 hashes of documents.
-- Returns: the numbers, from 1, of those that are.
select coalesce(array_agg(t.number::integer), '{}') as known
from unnest($1::text[], $2::text[], $3::bigint[]) with ordinality t (platform, order_code, document_hash, number)
cross join lateral (
    select 1
    from orders o
    where o.platform = t.platform
      and o.order_code = t.order_code
      and o.document_hash = t.document_hash
    limit 1
) as row
