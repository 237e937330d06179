-- Who has held on to old rows for longest: a transaction left open, or prepared and never committed. What others do is hidden
-- from a user without the role pg_read_all_stats; then only our own sessions are seen.
select holder.kind, holder.name, holder.seconds
from (
    select
        'session' as kind,
        case when a.application_name = '' then 'process ' || a.pid else a.application_name || ', process ' || a.pid end as name,
        extract(epoch from clock_timestamp() - a.xact_start)::double precision as seconds
    from pg_stat_activity a
    where a.datname = current_database()
      and a.pid <> pg_backend_pid()
      and a.backend_type = 'client backend'
      and (a.backend_xmin is not null or a.backend_xid is not null)
    union all
    select 'prepared transaction', p.gid, extract(epoch from clock_timestamp() - p.prepared)::double precision
    from pg_prepared_xacts p
    where p.database = current_database()
) holder
where holder.seconds is not null
order by holder.seconds desc
limit 1
