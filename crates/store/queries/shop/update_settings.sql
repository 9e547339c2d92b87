UPDATE shop SET name = $2, zone = $3, settings = $4 WHERE id = $1
