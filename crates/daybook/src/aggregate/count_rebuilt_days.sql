-- How many days were computed that have orders. Returns: days.
select count(distinct r.stat_date) from rebuilt_statistics r
