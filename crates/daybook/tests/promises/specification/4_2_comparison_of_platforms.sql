SELECT 
    platform,
    SUM(total_orders) as total_orders,
    SUM(total_revenue) as total_revenue,
    AVG(cancellation_rate) as avg_cancel_rate,
    AVG(avg_order_value) as avg_order_value
FROM daily_order_statistics
WHERE stat_date BETWEEN '2024-11-01' AND '2024-11-30'
GROUP BY platform
ORDER BY total_revenue DESC;
