-- Which province a region stands for, in each division. Parameters: $1 region.
select n.division, n.province
from province_names n
where n.folded = fold_place_name($1)
order by n.division
