-- The roles for BI tools that there still are.
select b.name from bi_roles b join pg_catalog.pg_roles r on r.rolname = b.name order by b.name
