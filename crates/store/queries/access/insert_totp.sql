INSERT INTO totp (person, secret, created_at, confirmed_at, step) VALUES ($1, $2, $3, NULL, 0)
