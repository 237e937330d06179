-- The marketplaces' words for a province in a range of days; for the unknown province, the words that are no name of the
-- division.
--
-- Parameters: $1 first day, $2 last day, $3 division, $4 province or null for the unknown one.
select r.region
from (
    select distinct s.region
    from daily_region_statistics_live s
    where s.stat_date between $1 and $2 and s.region is not null
) r
left join province_names n on n.division = $3 and n.folded = fold_place_name(r.region)
where n.province is not distinct from $4
