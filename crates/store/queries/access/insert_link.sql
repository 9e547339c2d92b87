INSERT INTO link (token_hash, purpose, person, created_at, expires_at, used_at) VALUES ($1, $2, $3, $4, $5, NULL)
