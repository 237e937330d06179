-- Orders that were collected again without a change: the ingest time of the deciding version moves on, and with it the
-- document that tells it. It must, or a third version with an ingest time in between would win or lose by its time of arrival.
-- An order that was loaded before documents' ids and hashes were kept learns its document's. No column that a figure is made of is
-- written, and no day is marked. What else these orders bring (an earlier time of an older version) is left for
-- absorb_older.sql.
--
-- Parameters: $1 orders; in the same order: $2 hashes of their documents, $3 those of older documents, each an array as text.
update orders o
set ingested_at = i.ingested_at,
    source_document_id = coalesce(i.source_document_id, o.source_document_id),
    document_hash = i.document_hash,
    older_document_hashes = merged_document_hashes(
        i.older_document_hashes::bigint[], o.document_hash, o.older_document_hashes)
from incoming_orders($1, $2, $3) i
where o.platform = i.platform
  and o.order_code = i.order_code
  and o.source_updated_at = i.source_updated_at
  and o.content_hash = i.content_hash
  and (
      o.ingested_at < i.ingested_at
      or o.ingested_at = i.ingested_at
         and (
             o.source_document_id is null and i.source_document_id is not null
             or o.document_hash is null and i.document_hash is not null
         )
  )
