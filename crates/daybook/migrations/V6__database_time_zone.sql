-- CURRENT_DATE follows the session's time zone. The business zone becomes the default of the database, so that the
-- specification's queries mean the business day whoever asks.
create function set_database_time_zone(zone text) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    execute format('alter database %I set timezone to %L', current_database(), zone);
exception
    when insufficient_privilege then
        execute format('alter role %I in database %I set timezone to %L', current_user, current_database(), zone);
end
$$;
revoke execute on function set_database_time_zone(text) from public;
comment on function set_database_time_zone(text) is
    'Makes a time zone the default of this database, or of the calling role in it when the caller does not own it.';
