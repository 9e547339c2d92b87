SELECT id, shop, platform, number, layout, buyer, gross_fen, refund_fen, net_fen, created_at, paid_at, state, shipped_at, signed_at, receiver, phone, address, parcel, facts, digest, imported_at FROM orders
WHERE shop = $1 AND ((platform IN {list $2} AND buyer IN {list $3}) OR phone IN {list $4})
ORDER BY created_at DESC, id DESC LIMIT $5
