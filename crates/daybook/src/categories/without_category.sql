-- Products that were ordered and are in no category. Parameters: $1 platform, or null for all.
select distinct l.platform, l.product_id
from order_lines l
where l.product_id is not null
  and l.category_id is null
  and ($1::text is null or l.platform = $1)
order by l.platform, l.product_id
