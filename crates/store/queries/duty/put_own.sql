INSERT INTO duty_own (shop, list, n, id, words) VALUES ($1, $2, $3, $4, $5)
