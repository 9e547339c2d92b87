SELECT id FROM thread WHERE shop = $1 AND channel = $2 AND buyer = $3
