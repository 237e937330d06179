-- Products in 30 categories, and a year of orders that are there before, so that indexes have their usual depth.
insert into product_categories (platform, product_id, category_id)
select platform, '17300000000000' || n, 'category-' || n % 30
from unnest(array['tiktok', 'shopee', 'lazada']) platform, generate_series(0, 199) n;
create sequence order_codes cache 100;
insert into orders (order_code, platform, status, total_amount, discount_amount, final_amount, order_date)
select 'x' || n, (array['tiktok', 'shopee', 'lazada'])[1 + n % 3], 'completed', 250000, 15000, 235000,
       localtimestamp - (n % 365 + 1) * interval '1 day'
from generate_series(1, 200000) n;
