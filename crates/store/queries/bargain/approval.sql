SELECT id, shop, thread, orders, number, person, at, total_fen, asked_fen, why, reason, state, answer_fen, answered_by, answered_at, note FROM approval WHERE id = $1 AND kind = 'discount'
