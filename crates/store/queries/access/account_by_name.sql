SELECT id, person FROM account WHERE shop = $1 AND channel = $2 AND name = $3
