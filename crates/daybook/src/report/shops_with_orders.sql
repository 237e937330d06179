-- Seller accounts that have figures. A range of the primary key: a row for each account and day.
--
-- Parameters: $1 most accounts.
select distinct s.platform::text as platform, s.key[1] as shop_id
from daily_grain_statistics s
where s.grain = 'shop'
order by platform, shop_id nulls last
limit $1
