SELECT 
    s.stat_date,
    s.platform,
    s.total_orders as stats_count,
    COUNT(o.id) as actual_count,
    s.total_orders - COUNT(o.id) as difference
FROM daily_order_statistics s
LEFT JOIN orders o 
    ON DATE(o.order_date) = s.stat_date 
    AND o.platform = s.platform
GROUP BY s.stat_date, s.platform, s.total_orders
HAVING s.total_orders != COUNT(o.id);
