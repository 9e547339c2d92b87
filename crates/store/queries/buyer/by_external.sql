SELECT id, name FROM buyer WHERE shop = $1 AND channel = $2 AND external = $3
