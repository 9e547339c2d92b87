SELECT COUNT(*), COUNT(paid_at) FROM orders WHERE shop = $1
