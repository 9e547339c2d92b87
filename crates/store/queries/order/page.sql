SELECT id, shop, platform, number, layout, buyer, gross_fen, refund_fen, net_fen, created_at, paid_at, state, shipped_at, signed_at, receiver, phone, address, parcel, facts, digest, imported_at FROM orders
WHERE shop = $1 AND created_at >= $2 AND created_at < $3 AND (created_at < $4 OR (created_at = $4 AND id < $5))
  AND ($6 = 0 OR COALESCE(state, '') IN {list $7})
  AND ($8 = '' OR lower(number) LIKE $8 ESCAPE '\' OR lower(buyer) LIKE $8 ESCAPE '\' OR lower(receiver) LIKE $8 ESCAPE '\' OR phone LIKE $8 ESCAPE '\'
    OR lower(parcel) LIKE $8 ESCAPE '\' OR EXISTS (SELECT 1 FROM order_item i WHERE i.orders = orders.id AND (lower(i.title) LIKE $8 ESCAPE '\' OR lower(i.code) LIKE $8 ESCAPE '\')))
ORDER BY created_at DESC, id DESC LIMIT $9
