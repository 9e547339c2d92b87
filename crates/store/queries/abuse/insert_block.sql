INSERT INTO block (id, shop, buyer, thread, person, at, until, reason, lifted_by, lifted_at, note)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
