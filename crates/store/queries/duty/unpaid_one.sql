SELECT o.id, o.platform, o.number, o.buyer, o.gross_fen, o.created_at, o.paid_at, COALESCE((SELECT i.title FROM order_item i WHERE i.orders = o.id AND i.n = 0), ''), a.day
FROM orders o LEFT JOIN duty_arrival a ON a.orders = o.id
WHERE o.id = $4 AND o.shop = $1 AND o.paid_at IS NULL AND o.created_at >= $2 AND COALESCE(o.state, '') NOT IN {list $3}
