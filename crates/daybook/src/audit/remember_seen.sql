-- Adds the batch's keys to those met.
insert into seen_orders select platform, order_code from incoming_orders
