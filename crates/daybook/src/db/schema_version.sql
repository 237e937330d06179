-- The newest migration applied, by whatever version of the program.
select max(version)::integer from refinery_schema_history
