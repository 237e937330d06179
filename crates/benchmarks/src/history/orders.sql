-- Orders of three years on three marketplaces, in four states, from 34 provinces and three shops, with two lines each of 200
-- products, as if loaded day by day. Parameters: $1 first number, $2 last number, $3 how many there will be.
insert into orders (
    order_code, platform, shop_id, customer_id, status, platform_status, currency,
    total_amount, discount_amount, final_amount, region, order_date, lines
)
select
    n::text,
    (array['tiktok', 'shopee', 'lazada'])[1 + n % 3],
    'shop-' || n / 3 % 3, n, (array['pending', 'completed', 'completed', 'cancelled'])[1 + n / 9 % 4], 'IN_TRANSIT', 'VND',
    a.list_value, a.list_value / 16, a.list_value - a.list_value / 16, 'Tỉnh số ' || (hashint8(n) & 31),
    localtimestamp - interval '1 second' - (1 - n::float8 / $3::bigint) * interval '1081 days',
    array[
        row('17300000000000' || n * 7 % 200, '1730000000000107', 1, 150000, 9000, 141000)::order_line,
        row('17300000000000' || n * 11 % 200, '1730000000000108', 2, a.list_value - 150000,
            a.list_value / 16 - 9000, a.list_value - a.list_value / 16 - 141000)::order_line
    ]
from generate_series($1::bigint, $2::bigint) n
cross join lateral (select (250000 + (hashint8(n) & 1023) * 1000)::numeric as list_value) a
