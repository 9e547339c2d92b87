SELECT COUNT(*) FROM orders o
WHERE o.shop = $1 AND o.paid_at IS NULL AND o.created_at >= $2 AND COALESCE(o.state, '') NOT IN {list $3}
  AND NOT EXISTS (SELECT 1 FROM duty_tick k WHERE k.shop = $1 AND k.list = $4 AND k.day = $5 AND k.grp = $6 AND k.ref = o.id AND k.seq = 0 AND k.undone_at IS NULL)
