SELECT o.id, o.platform, o.number, o.buyer, o.gross_fen, o.created_at, o.paid_at, COALESCE((SELECT i.title FROM order_item i WHERE i.orders = o.id AND i.n = 0), ''), a.day
FROM orders o LEFT JOIN duty_arrival a ON a.orders = o.id
WHERE o.shop = $1 AND o.paid_at IS NOT NULL AND o.shipped_at IS NULL AND o.signed_at IS NULL AND o.paid_at >= $2 AND COALESCE(o.state, '') NOT IN {list $3} AND o.paid_at < $10
  AND (o.paid_at > $7 OR (o.paid_at = $7 AND o.id > $8))
  AND NOT EXISTS (SELECT 1 FROM duty_tick k WHERE k.shop = $1 AND k.list = $4 AND k.day = $5 AND k.grp = $6 AND k.ref = o.id AND k.seq = 0 AND k.undone_at IS NULL)
  AND ($11 = 0 OR EXISTS (SELECT 1 FROM order_item p WHERE p.orders = o.id AND (lower(p.title) LIKE $12 ESCAPE '\' OR lower(p.title) LIKE $13 ESCAPE '\' OR lower(p.title) LIKE $14 ESCAPE '\' OR lower(p.title) LIKE $15 ESCAPE '\' OR lower(p.title) LIKE $16 ESCAPE '\' OR lower(p.title) LIKE $17 ESCAPE '\' OR lower(p.title) LIKE $18 ESCAPE '\' OR lower(p.title) LIKE $19 ESCAPE '\')))
ORDER BY o.paid_at, o.id LIMIT $9
