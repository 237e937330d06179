-- Which finer grains are kept, and whether they are the wanted ones.
--
-- Parameters: $1 text[], the wanted grains, or null for all there are.
with wanted as (
    select coalesce($1::text[], array(select g.grain from grain_names() g (grain))) as grains
)
select k.grains, k.grains <@ w.grains and w.grains <@ k.grains as as_wanted
from wanted w
cross join (select enabled_grains() as grains) k
