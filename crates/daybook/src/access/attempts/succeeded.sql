-- Forgets the wrong passwords of the account in bucket $1.
delete from login_attempts where kind = 'account' and bucket = $1
