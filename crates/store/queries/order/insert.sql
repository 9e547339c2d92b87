INSERT INTO orders (id, shop, platform, number, layout, buyer, gross_fen, refund_fen, net_fen, created_at, paid_at, state, facts, digest, imported_at, shipped_at, signed_at, receiver, phone, address, parcel)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
