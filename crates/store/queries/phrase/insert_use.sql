INSERT INTO phrase_use (thread, client_id, phrase, shop, person, seq, at) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING
