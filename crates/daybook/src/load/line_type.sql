-- The number that this database gave the type order_line, that of its arrays, and of its fields in their order.
select t.oid, t.typarray, array_agg(a.atttypid order by a.attnum), array_agg(a.attname::text order by a.attnum)
from pg_type t
join pg_attribute a on a.attrelid = t.typrelid
where t.oid = to_regtype('order_line')
group by t.oid, t.typarray
