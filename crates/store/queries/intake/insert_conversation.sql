INSERT INTO conversation (id, shop, thread, external, imported, opened_at, last_at, closed_at) VALUES ($1, $2, $3, $4, $5, $6, $6, $6)
