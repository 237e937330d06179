-- A year of orders that are there before, so that indexes have their usual depth.
create sequence order_codes cache 100;
insert into orders (order_code, platform, status, total_amount, discount_amount, final_amount, order_date)
select 'x' || n, (array['tiktok', 'shopee', 'lazada'])[1 + n % 3], 'completed', 250000, 15000, 235000,
       localtimestamp - (n % 365 + 1) * interval '1 day'
from generate_series(1, 200000) n;
