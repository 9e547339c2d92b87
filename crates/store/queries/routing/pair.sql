INSERT INTO pairing (thread, at, shop, conversation, junior, partner, seen_at, ended_at, cause) VALUES ($1, $2, $3, $4, $5, $6, NULL, NULL, $7)
