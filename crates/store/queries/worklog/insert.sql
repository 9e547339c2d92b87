INSERT INTO worklog (id, shop, person, day, at, problem, cause, solution, state, thread, seq, orders, number, goods, buyer, rev, changed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
