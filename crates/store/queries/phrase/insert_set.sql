INSERT INTO phrase_set (id, shop, person, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING
