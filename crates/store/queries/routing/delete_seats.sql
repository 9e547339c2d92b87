DELETE FROM seat WHERE shop = $1 AND person = $2
