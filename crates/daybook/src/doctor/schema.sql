-- Whether every change of orders, and of the categories of products, is seen by the triggers of the mode the database is in. A trigger without a mode is of both.
--
-- Returns: the mode; its triggers that are missing or not enabled as they must be, and those of the other mode that are
--          enabled; whether replication writes to orders; whether this session fires triggers; whether orders is a plain table.
with wanted as (
    select name, mode, of_grains, case when name like 'trigger_products_%' then 'product_categories' else 'orders' end as on_table
    from (values
        ('trigger_journal_insert', 'incremental', false), ('trigger_journal_update', 'incremental', false),
        ('trigger_journal_delete', 'incremental', false), ('trigger_journal_truncate', 'incremental', false),
        ('trigger_journal_grains_truncate', null, false),
        ('trigger_mark_stats', 'queue', false), ('trigger_mark_stats_update', 'queue', false),
        ('trigger_mark_stats_delete', 'queue', false), ('trigger_mark_stats_truncate', 'queue', false),
        ('trigger_mark_grains_update', 'queue', true),
        ('trigger_products_wait', null, false), ('trigger_products_insert', null, false),
        ('trigger_products_update', null, false), ('trigger_products_delete', null, false)
    ) triggers (name, mode, of_grains)
),
found as (
    select
        w.name,
        coalesce(w.mode = b.statistics_mode, true) and (not w.of_grains or cardinality(enabled_grains()) > 0) as should_fire,
        t.tgenabled as enabled
    from wanted w
    cross join business_settings b
    left join pg_trigger t on t.tgrelid = to_regclass(w.on_table) and t.tgname = w.name
)
select
    (select b.statistics_mode from business_settings b) as mode,
    array(select f.name from found f where f.should_fire and f.enabled is distinct from 'O' order by 1)
        as triggers_not_active,
    array(select f.name from found f where not f.should_fire and f.enabled <> 'D' order by 1) as triggers_of_other_mode,
    exists (select from pg_subscription_rel r where r.srrelid = 'orders'::regclass) as is_subscribed,
    current_setting('session_replication_role') <> 'replica' as fires_triggers,
    (select c.relkind = 'r' and not c.relispartition from pg_class c where c.oid = 'orders'::regclass) as is_plain_table
