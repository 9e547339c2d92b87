SELECT count(*) FROM guard_word WHERE shop = $1
