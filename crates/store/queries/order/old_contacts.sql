SELECT id, facts FROM orders WHERE shop = $1 AND created_at < $2 AND erased_at IS NULL ORDER BY created_at LIMIT $3
