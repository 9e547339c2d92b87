SELECT id, shop, person FROM phrase_set WHERE id = $1
