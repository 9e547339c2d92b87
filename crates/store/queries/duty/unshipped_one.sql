SELECT o.id, o.platform, o.number, o.buyer, o.gross_fen, o.created_at, o.paid_at, COALESCE((SELECT i.title FROM order_item i WHERE i.orders = o.id AND i.n = 0), ''), a.day
FROM orders o LEFT JOIN duty_arrival a ON a.orders = o.id
WHERE o.id = $4 AND o.shop = $1 AND o.paid_at IS NOT NULL AND o.shipped_at IS NULL AND o.signed_at IS NULL AND o.paid_at >= $2 AND COALESCE(o.state, '') NOT IN {list $3} AND o.paid_at < $5
  AND ($6 = 0 OR EXISTS (SELECT 1 FROM order_item p WHERE p.orders = o.id AND (lower(p.title) LIKE $7 ESCAPE '\' OR lower(p.title) LIKE $8 ESCAPE '\' OR lower(p.title) LIKE $9 ESCAPE '\' OR lower(p.title) LIKE $10 ESCAPE '\' OR lower(p.title) LIKE $11 ESCAPE '\' OR lower(p.title) LIKE $12 ESCAPE '\' OR lower(p.title) LIKE $13 ESCAPE '\' OR lower(p.title) LIKE $14 ESCAPE '\')))
