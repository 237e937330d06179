-- Adds the batch's keys to those met. Parameters: $1 platforms, $2 order codes, in the same order.
insert into seen_orders select * from unnest($1::text[], $2::text[])
