-- Enables the triggers of a mode, disables those of the other, and stores which it is. The caller holds the locks of
-- gate_switch.sql and has worked off what was waiting.
--
-- Parameters: $1 mode.
with enabled as materialized (select enable_statistics_triggers($1::text))
update business_settings set statistics_mode = $1 from enabled
