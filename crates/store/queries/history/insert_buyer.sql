INSERT INTO buyer (id, shop, channel, external, name, created_at, phone, city, remark, attributes, seen_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
ON CONFLICT (shop, channel, external) DO NOTHING
