-- Entries, newest first.
--
-- Parameters: $1 platform or null, $2 reason or null, $3 run or null, $4 id or null, $5 limit.
select
    q.id, q.stream, q.locator, q.document_id, q.platform, q.reason, q.field, q.found_type, q.rule_version,
    q.order_code, q.platform_status, q.source_updated_at, q.run_id, q.first_seen_at, q.last_seen_at,
    encode(q.content_hash, 'hex') as content_hash
from order_quarantine q
where ($1::text is null or q.platform = $1)
  and ($2::text is null or q.reason = $2)
  and ($3::bigint is null or q.run_id = $3)
  and ($4::bigint is null or q.id = $4)
order by q.last_seen_at desc, q.id desc
limit $5
