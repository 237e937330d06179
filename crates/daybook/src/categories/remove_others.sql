-- Takes the category from products of the named marketplaces that are not named themselves.
--
-- Parameters: $1 text[] of platforms, $2 text[] of product ids, in the same order.
with named as materialized (
    select platform, product_id from unnest($1::text[], $2::text[]) n (platform, product_id)
)
delete from product_categories p
where p.platform in (select n.platform from named n)
  and not exists (select from named n where n.platform = p.platform and n.product_id = p.product_id)
