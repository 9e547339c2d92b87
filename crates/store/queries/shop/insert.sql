INSERT INTO shop (id, code, name, zone, settings, secret, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
