-- Which way the figures follow the orders. Returns: incremental or queue.
select statistics_mode from business_settings
