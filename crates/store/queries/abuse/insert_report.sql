INSERT INTO report (id, shop, thread, person, at, place, number, outcome, changed_by, changed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
