SELECT COUNT(*) FROM (SELECT 1 FROM orders WHERE shop = $1 AND number = $2 UNION ALL SELECT 1 FROM orders WHERE shop = $1 AND phone = $2) known
