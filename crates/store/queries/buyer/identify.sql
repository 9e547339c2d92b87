UPDATE buyer SET external = $2, name = $3 WHERE id = $1
