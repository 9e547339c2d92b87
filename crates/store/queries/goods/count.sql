SELECT COUNT(*) FROM product WHERE shop = $1
