INSERT INTO known_token (shop, jti, expires_at) VALUES ($1, $2, $3) ON CONFLICT (shop, jti) DO NOTHING
