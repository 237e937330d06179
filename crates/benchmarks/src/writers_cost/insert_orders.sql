-- Orders of today on three marketplaces, in three states, from 34 provinces and three shops, with two
-- lines each of 200 products. Parameters: $1 how many.
insert into orders (
    order_code, platform, shop_id, customer_id, status, platform_status, currency,
    total_amount, discount_amount, final_amount, region, order_date, lines
)
select
    nextval('order_codes')::text,
    (array['tiktok', 'shopee', 'lazada'])[1 + n % 3],
    'shop-' || n % 3, n, (array['pending', 'completed', 'cancelled'])[1 + n % 3], 'IN_TRANSIT', 'VND',
    250000, 15000, 235000, 'Tỉnh số ' || (random() * 33)::int, localtimestamp,
    array[
        row('17300000000000' || n * 7 % 200, '1730000000000107', 1, 150000, 9000, 141000)::order_line,
        row('17300000000000' || n * 11 % 200, '1730000000000108', 2, 100000, 6000, 94000)::order_line
    ]
from generate_series(1, $1::bigint) n
