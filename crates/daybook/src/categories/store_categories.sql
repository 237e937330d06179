-- Names categories and puts them below their parents. What the import does not tell stays as it was.
--
-- Parameters: $1 text[] of platforms, $2 text[] of category ids, $3 text[] of names or null, $4 text[] of parents or null,
--             in the same order.
insert into categories as c (platform, category_id, name, parent_id)
select n.platform, n.category_id, n.name, n.parent_id
from unnest($1::text[], $2::text[], $3::text[], $4::text[]) n (platform, category_id, name, parent_id)
order by n.platform, n.category_id
on conflict (platform, category_id) do update
set name = coalesce(excluded.name, c.name), parent_id = coalesce(excluded.parent_id, c.parent_id)
where (coalesce(excluded.name, c.name), coalesce(excluded.parent_id, c.parent_id)) is distinct from (c.name, c.parent_id)
