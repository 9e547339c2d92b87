INSERT INTO search_segment (id, shop, kind, state, docs, stale, first_at, last_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
