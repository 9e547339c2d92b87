SELECT id, shop, person FROM phrase_set WHERE shop = $1 AND person IS NULL
