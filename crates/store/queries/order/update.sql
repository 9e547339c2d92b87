UPDATE orders SET layout = $2, buyer = $3, gross_fen = $4, refund_fen = $5, net_fen = $6, created_at = $7, paid_at = $8, state = $9, facts = $10, digest = $11, imported_at = $12,
  shipped_at = $13, signed_at = $14, receiver = $15, phone = $16, address = $17, parcel = $18 WHERE id = $1
