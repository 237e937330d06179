-- Changes that only the journal knows.
update orders set status = 'completed', completed_at = order_date + interval '1 day', cancelled_at = null
where order_date::date between '2026-11-05' and '2026-11-12' and status = 'pending' and order_code like '%7%';
delete from orders where order_date::date = '2026-11-06' and order_code like '%9';
insert into orders (order_code, platform, shop_id, status, total_amount, discount_amount, final_amount, region, order_date)
values ('HAND-5', 'lazada', 'shop ''5''', 'pending', 77, 7, 70, 'Hà Nội', '2026-11-12 08:30:00');
