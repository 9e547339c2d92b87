INSERT INTO buyer (id, shop, channel, external, name, created_at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (shop, channel, external) DO NOTHING
