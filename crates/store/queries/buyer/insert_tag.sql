INSERT INTO buyer_tag (shop, buyer, tag, person, at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (shop, buyer, tag) DO NOTHING
