-- The columns of orders that a loader writes.
select string_agg(quote_ident(a.attname), ', ' order by a.attnum)
from pg_attribute a
where a.attrelid = 'orders'::regclass and a.attnum > 0 and not a.attisdropped and a.attname <> 'id'
