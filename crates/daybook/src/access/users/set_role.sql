-- Gives user $1 the role $2.
update users set role = $2::text::access_role where id = $1
