-- Names of categories. Parameters: $1 platform, or null for all.
select platform, category_id, name, parent_id
from categories
where $1::text is null or platform = $1
order by platform, category_id
