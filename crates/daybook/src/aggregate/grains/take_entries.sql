-- Takes a bounded number of entries out of grain_journal.
--
-- Parameters: $1 floor, a transaction id as text: all entries of older transactions are gone; $2 most entries to take.
-- Returns: the entries, their orders in binary.
with picked as (
    select j.ctid
    from grain_journal j
    where j.made_in >= $1::text::xid8
    order by j.made_in
    limit $2
    for update skip locked
)
delete from grain_journal j
using picked
where j.ctid = picked.ctid
returning j.stat_date, j.platform, j.status, j.sign, array_send(j.orders) as orders
