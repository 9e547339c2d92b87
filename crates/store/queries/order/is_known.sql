SELECT COUNT(*) FROM orders WHERE shop = $1 AND (phone = $2 OR number = $2)
