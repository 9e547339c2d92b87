SELECT id, shop, code, title, category, price_fen, list_fen, stock, on_shelf, picture, address, facts, sold, created_at, changed_at FROM product WHERE shop = $1 AND code IN {list $2}
