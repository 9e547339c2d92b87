UPDATE account SET person = $2 WHERE id = $1
