INSERT INTO conversation (id, shop, thread, external, imported, opened_at, last_at, closed_at) VALUES ($1, $2, $3, NULL, FALSE, $4, $5, $6)
