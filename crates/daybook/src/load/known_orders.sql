-- The keys of the orders that are in the table. Parameters: $1 platform, or null for all; $2 most of them.
select platform, order_code
from orders
where $1::text is null or platform = $1
limit $2
