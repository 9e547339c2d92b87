UPDATE conversation SET external = $2 WHERE id = $1
