-- The buckets of all kept grains that orders with these facts are in. Parameters: $1 text[], each the text of an array.
-- Returns: number of the facts, beginning with 0, grain, key.
select (f.number - 1)::integer as number, k.grain, k.key
from unnest($1) with ordinality f (facts, number)
cross join lateral grain_keys(f.facts::text[]) k
where k.grain = any (enabled_grains())
