-- Whether every change of orders is seen by the triggers.
select
    array(
        select wanted.name
        from unnest(array[
            'trigger_mark_stats', 'trigger_mark_stats_update', 'trigger_mark_stats_delete', 'trigger_mark_stats_truncate'
        ]) wanted (name)
        where not exists (
            select
            from pg_trigger t
            where t.tgrelid = 'orders'::regclass and t.tgname = wanted.name and t.tgenabled = 'O'
        )
    ) as triggers_not_active,
    exists (select from pg_subscription_rel r where r.srrelid = 'orders'::regclass) as is_subscribed,
    current_setting('session_replication_role') <> 'replica' as fires_triggers
