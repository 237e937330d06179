-- Keeps the first settings ever stored: what was loaded with them cannot be converted.
--
-- Parameters: $1 time zone, $2 currency.
insert into business_settings (time_zone, currency) values ($1, $2) on conflict (singleton) do nothing
