-- Makes the generated orders harder to report on: categories two levels deep with one branch that has no names, orders
-- written by hand with hostile and unknown names, amounts that lines do not explain, and days without orders.

insert into categories (platform, category_id, name, parent_id)
select p.platform, c.id, c.name, c.parent_id
from unnest(array['tiktok', 'shopee', 'lazada']) p (platform)
cross join (values
    ('100', 'Thời trang', null),
    ('101', 'Áo dài "Huế"', '100'),
    ('102', '<script>alert(1)</script>', '100'),
    ('200', '=1+1', null),
    ('201', null, '200')
) c (id, name, parent_id);

insert into product_categories (platform, product_id, category_id)
select l.platform, l.product_id, (array['101', '102', '201', '200', '999'])[1 + abs(hashtext(l.product_id)) % 6]
from (select distinct platform, product_id from order_lines where product_id is not null) l
where abs(hashtext(l.product_id)) % 6 < 5;

delete from orders where order_date::date = '2026-11-03' and platform = 'lazada';
delete from orders where order_date::date = '2026-11-02';

insert into orders (order_code, platform, shop_id, status, total_amount, discount_amount, final_amount, region, order_date, lines)
values
    ('HAND-1', 'shopee', '=cmd|''/c calc''!A0', 'completed', 1000000.55, 0.55, 1000000, 'TP. Hồ Chí Minh', '2026-11-10 00:00:00', null),
    ('HAND-2', 'shopee', '=cmd|''/c calc''!A0', 'pending', 9999999999999999.99, null, 9999999999999999.99, 'ho chi minh city',
     '2026-11-10 23:59:59.999999', array[]::order_line[]),
    ('HAND-3', 'tiktok', '<img src=x onerror=alert(1)>', 'cancelled', 10, -5.25, 15.25, 'Đà Nẵng''; drop table orders; --',
     '2026-11-09 12:00:00', array[row('p"1', '=1', 1, 10, -5.25, 10)::order_line, row(null, null, null, null, null, null)::order_line]),
    ('HAND-4', 'lazada', '', 'completed', 0, 0, 0, '', '2026-11-03 10:00:00', null);

-- Changed by hand after they were loaded: the lines no longer add up.
update orders set total_amount = total_amount + 12.34, final_amount = final_amount + 12.34
where order_date::date = '2026-11-08' and order_code < '5';
