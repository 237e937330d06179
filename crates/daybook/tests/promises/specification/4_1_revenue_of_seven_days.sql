SELECT 
    stat_date,
    platform,
    total_orders,
    total_revenue,
    cancellation_rate
FROM daily_order_statistics
WHERE stat_date >= CURRENT_DATE - 7
ORDER BY stat_date DESC, platform;
