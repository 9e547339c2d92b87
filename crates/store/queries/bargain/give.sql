INSERT INTO concession (id, shop, thread, orders, number, person, at, total_fen, off_fen, form, authority, approver, approval, warned, reason)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
