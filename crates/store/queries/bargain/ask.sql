INSERT INTO approval (id, shop, thread, orders, number, person, at, total_fen, asked_fen, why, reason, state, answer_fen, answered_by, answered_at, note, kind)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, 'discount')
