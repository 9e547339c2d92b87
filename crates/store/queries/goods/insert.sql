INSERT INTO product (id, shop, code, title, category, price_fen, list_fen, stock, on_shelf, picture, address, facts, sold, created_at, changed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14)
