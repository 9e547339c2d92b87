DELETE FROM guard_word WHERE shop = $1 AND key = $2
