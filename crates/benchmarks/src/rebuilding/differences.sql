-- Days whose live figures differ from a recount of the orders, in one snapshot.
select count(*)
from daily_order_statistics_live l
full join expected_daily_order_statistics('-infinity', 'infinity') e using (stat_date, platform)
where (l.total_orders, l.completed_orders, l.cancelled_orders, l.total_revenue)
      is distinct from (e.total_orders, e.completed_orders, e.cancelled_orders, e.total_revenue)
