SELECT id, shop, code, title, category, price_fen, list_fen, stock, on_shelf, picture, address, facts, sold, created_at, changed_at FROM product
WHERE shop = $1 AND ($2 = '' OR lower(code) LIKE $2 ESCAPE '\' OR lower(title) LIKE $2 ESCAPE '\') AND ($3 = '' OR category = $3)
  AND ($4 = 2 OR on_shelf = ($4 = 1)) AND (sold < $5 OR (sold = $5 AND id < $6))
ORDER BY sold DESC, id DESC LIMIT $7
