INSERT INTO account (id, shop, channel, name, person) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (shop, channel, name) DO NOTHING
