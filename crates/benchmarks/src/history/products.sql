-- Products in 30 categories.
insert into product_categories (platform, product_id, category_id)
select platform, '17300000000000' || n, 'category-' || n % 30
from unnest(array['tiktok', 'shopee', 'lazada']) platform, generate_series(0, 199) n
