SELECT COUNT(*) FROM orders o
WHERE o.shop = $1 AND o.paid_at IS NOT NULL AND o.shipped_at IS NULL AND o.signed_at IS NULL AND o.paid_at >= $2 AND COALESCE(o.state, '') NOT IN {list $3} AND o.paid_at < $7
  AND NOT EXISTS (SELECT 1 FROM duty_tick k WHERE k.shop = $1 AND k.list = $4 AND k.day = $5 AND k.grp = $6 AND k.ref = o.id AND k.seq = 0 AND k.undone_at IS NULL)
  AND ($8 = 0 OR EXISTS (SELECT 1 FROM order_item p WHERE p.orders = o.id AND (lower(p.title) LIKE $9 ESCAPE '\' OR lower(p.title) LIKE $10 ESCAPE '\' OR lower(p.title) LIKE $11 ESCAPE '\' OR lower(p.title) LIKE $12 ESCAPE '\' OR lower(p.title) LIKE $13 ESCAPE '\' OR lower(p.title) LIKE $14 ESCAPE '\' OR lower(p.title) LIKE $15 ESCAPE '\' OR lower(p.title) LIKE $16 ESCAPE '\')))
