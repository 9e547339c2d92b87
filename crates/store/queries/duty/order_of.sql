SELECT id FROM orders WHERE shop = $1 AND number = $2 ORDER BY created_at DESC, id DESC
