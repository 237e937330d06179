-- Orders that were collected again without a change: only the ingest time of the deciding version moves on. It must,
-- or a third version with an ingest time in between would win or lose by its time of arrival. No column that a reader
-- sees is written, and no day is marked. What else these orders bring (an earlier time of an older version) is left
-- for absorb_older.sql.
update orders o
set ingested_at = i.ingested_at
from incoming_orders i
where o.platform = i.platform
  and o.order_code = i.order_code
  and o.source_updated_at = i.source_updated_at
  and o.content_hash = i.content_hash
  and o.ingested_at < i.ingested_at
