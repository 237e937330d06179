-- The numbers that this database gave to the types of an order's parts, to arrays of them, and to their fields in their order.
-- Only PostgreSQL's own types have the same numbers everywhere.
select
    t.typname::text as name,
    t.oid,
    t.typarray,
    array_agg(a.atttypid order by a.attnum) as fields,
    array_agg(a.attname::text order by a.attnum) as names
from pg_type t
join pg_attribute a on a.attrelid = t.typrelid
where t.oid in (to_regtype('order_line'), to_regtype('order_version'), to_regtype('incoming_order'))
group by t.oid, t.typname, t.typarray
