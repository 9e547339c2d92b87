INSERT INTO duty_tick (id, shop, list, day, grp, ref, seq, thread, orders, words, outcome, reason, note, late, person, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) ON CONFLICT DO NOTHING
