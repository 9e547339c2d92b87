SELECT id, shop, code, title, category, price_fen, on_shelf, picture, changed_at FROM product WHERE id IN {list $1}
