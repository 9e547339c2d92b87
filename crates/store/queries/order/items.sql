SELECT orders, code, title, sku, quantity, price_fen FROM order_item WHERE orders IN {list $1} ORDER BY orders, n
