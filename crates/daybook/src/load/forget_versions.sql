-- Makes rows that were changed by hand older than any document, so that the next document about them decides.
--
-- Parameters: $1 text[] of platforms, $2 text[] of order codes, in the same order.
update orders o
set source_updated_at = null, ingested_at = null, content_hash = null
from unnest($1::text[], $2::text[]) as key (platform, order_code)
where o.platform = key.platform and o.order_code = key.order_code
