-- What could grow in the database: connections, and the tables that live from being emptied. Sizes in bytes.
select
    (select count(*) from pg_stat_activity where datname = current_database()) as connections,
    pg_total_relation_size('stats_journal') as stats_journal,
    pg_total_relation_size('grain_journal') as grain_journal,
    pg_total_relation_size('stats_rebuild_marks') as stats_rebuild_marks,
    pg_total_relation_size('daily_order_statistics') as daily_order_statistics,
    pg_total_relation_size('daily_grain_statistics') as daily_grain_statistics,
    pg_total_relation_size('sync_state') as sync_state,
    pg_total_relation_size('job_runs') as job_runs,
    pg_total_relation_size('alerts') + pg_total_relation_size('alert_deliveries') as alerts,
    pg_total_relation_size('orders') as orders
