-- Products in their categories. Parameters: $1 platform, or null for all.
select platform, product_id, category_id
from product_categories
where $1::text is null or platform = $1
order by platform, product_id
