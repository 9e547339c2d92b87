DELETE FROM totp WHERE person = $1
