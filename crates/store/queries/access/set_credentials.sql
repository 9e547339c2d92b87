UPDATE person SET login = $2, name = $3, password_hash = $4 WHERE id = $1
