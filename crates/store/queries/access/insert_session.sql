INSERT INTO session (token_hash, person, created_at, seen_at, expires_at, agent, address) VALUES ($1, $2, $3, $3, $4, $5, $6)
