-- Puts products into their categories; what is there already is not touched, so it moves no figures.
--
-- Parameters: $1 text[] of platforms, $2 text[] of product ids, $3 text[] of category ids, in the same order.
-- Returns: how many products are new, how many were in another category.
with stored as (
    insert into product_categories as p (platform, product_id, category_id)
    select n.platform, n.product_id, n.category_id
    from unnest($1::text[], $2::text[], $3::text[]) n (platform, product_id, category_id)
    order by n.platform, n.product_id
    on conflict (platform, product_id) do update
    set category_id = excluded.category_id, updated_at = now()
    where p.category_id <> excluded.category_id
    returning (xmax = 0) as is_new
)
select count(*) filter (where is_new), count(*) filter (where not is_new) from stored
