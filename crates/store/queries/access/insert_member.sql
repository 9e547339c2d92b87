INSERT INTO member (shop, person) VALUES ($1, $2) ON CONFLICT (shop, person) DO NOTHING
