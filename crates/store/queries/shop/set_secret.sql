UPDATE shop SET secret = $2 WHERE id = $1
