INSERT INTO guest (token_hash, shop, buyer, created_at) VALUES ($1, $2, $3, $4)
