-- Takes documents out of quarantine: they can be loaded now, or are gone from the source.
--
-- Parameters: $1 stream, $2 text[] of locators.
delete from order_quarantine where stream = $1 and locator = any ($2)
