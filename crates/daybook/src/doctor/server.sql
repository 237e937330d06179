-- What a server must be and allow.
select
    current_setting('server_version') as version,
    current_setting('server_version_num')::integer as version_number,
    current_setting('TimeZone') as time_zone,
    pg_encoding_to_char(d.encoding)::text as encoding,
    pg_is_in_recovery() as in_recovery,
    -- What a server was copied from, and how often one of its line was promoted: two primaries differ in the second only.
    (select system_identifier::text from pg_control_system()) as system_id,
    case
        when pg_is_in_recovery() then (select timeline_id from pg_control_checkpoint())
        else ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::integer
    end as timeline,
    current_setting('synchronous_commit') <> 'off' as synchronous_commit,
    current_setting('jit')::boolean as compiles_queries,
    has_database_privilege(current_database(), 'TEMPORARY') as may_create_temporary_tables
from pg_database d
where d.datname = current_database()
