-- Locators of a stream's quarantined documents.
--
-- Parameters: $1 stream.
select locator from order_quarantine where stream = $1
