INSERT INTO order_item (orders, n, code, title, sku, quantity, price_fen) VALUES ($1, $2, $3, $4, $5, $6, $7)
