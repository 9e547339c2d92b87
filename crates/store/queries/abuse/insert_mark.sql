INSERT INTO mark (id, shop, thread, conversation, seq, sort, person, at, reason, answered, state, decided_by, decided_at, note, entry)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
