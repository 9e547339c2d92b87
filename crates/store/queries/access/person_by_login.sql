SELECT id, password_hash FROM person WHERE login = $1 AND active
