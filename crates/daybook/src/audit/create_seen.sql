-- Keys of the orders that a comparison with the source has met. Lives until the end of the transaction.
create temp table seen_orders (platform varchar(20) not null, order_code varchar(100) not null) on commit drop
