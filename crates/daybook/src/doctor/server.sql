-- What a server must be and allow.
select
    current_setting('server_version') as version,
    current_setting('server_version_num')::integer as version_number,
    current_setting('TimeZone') as time_zone,
    pg_encoding_to_char(d.encoding)::text as encoding,
    pg_is_in_recovery() as in_recovery,
    current_setting('synchronous_commit') <> 'off' as synchronous_commit,
    has_database_privilege(current_database(), 'TEMPORARY') as may_create_temporary_tables
from pg_database d
where d.datname = current_database()
