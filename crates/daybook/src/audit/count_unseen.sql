-- Stored orders that no document was met for.
--
-- Parameters: $1 text[] of the platforms compared.
select count(*)
from orders o
where o.platform = any ($1)
  and not exists (select from seen_orders s where s.platform = o.platform and s.order_code = o.order_code)
