SELECT category, COUNT(*) FROM product WHERE shop = $1 AND category <> '' GROUP BY category ORDER BY category
