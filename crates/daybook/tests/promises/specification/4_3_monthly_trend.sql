SELECT 
    DATE_TRUNC('month', stat_date) as month,
    platform,
    SUM(total_orders) as monthly_orders,
    SUM(total_revenue) as monthly_revenue
FROM daily_order_statistics
WHERE stat_date >= '2024-01-01'
GROUP BY month, platform
ORDER BY month DESC, platform;
