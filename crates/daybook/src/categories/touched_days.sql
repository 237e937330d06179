-- The days that this transaction's changes of categories touched, as the trigger noted them.
--
-- Returns: how many, the first, the last.
select count(distinct d), min(d), max(d)
from unnest(nullif(current_setting('daybook.days_of_products', true), '')::date[]) d
