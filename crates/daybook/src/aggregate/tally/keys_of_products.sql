-- The buckets of all kept grains that lines of these products are in. Parameters: $1 text[] platforms, $2 text[] product ids.
-- Returns: number of the product, beginning with 1, grain, key; with number 0 those of lines of which nothing is known.
select p.number::integer as number, k.grain, k.key
from unnest($1, $2) with ordinality p (platform, product_id, number)
left join product_categories c on c.platform = p.platform and c.product_id = p.product_id
cross join lateral line_keys(c.category_id, p.product_id) k
where k.grain = any (enabled_grains())
union all
select 0, k.grain, k.key
from line_keys(null, null) k
where k.grain = any (enabled_grains())
