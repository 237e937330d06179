-- Three years of orders that are there before: three marketplaces, nine shops, 34 provinces, 30 categories.
insert into product_categories (platform, product_id, category_id)
select platform, '17300000000000' || n, 'category-' || n % 30
from unnest(array['tiktok', 'shopee', 'lazada']) platform, generate_series(0, 199) n;
insert into orders (
    order_code, platform, shop_id, status, currency, total_amount, discount_amount, final_amount, region, order_date, lines
)
select
    'x' || n, (array['tiktok', 'shopee', 'lazada'])[1 + n % 3], 'shop-' || n % 9,
    (array['completed', 'completed', 'completed', 'cancelled', 'pending'])[1 + n % 5], 'VND', 250000, 15000, 235000,
    (select array_agg(distinct province) from province_names where division = 'VN-34')[1 + n % 34],
    localtimestamp - (n % 1095 + 1) * interval '1 day',
    array[
        row('17300000000000' || n * 7 % 200, '1730000000000107', 1, 150000, 9000, 141000)::order_line,
        row('17300000000000' || n * 11 % 200, '1730000000000108', 2, 100000, 6000, 94000)::order_line
    ]
from generate_series(1, 200000) n
