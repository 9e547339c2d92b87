INSERT INTO call (id, shop, thread, number, phone, direction, person, at, secs, outcome, words, agreed, due_at, confirmed_seq, confirmed_by, confirmed_at, changed_by, changed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
