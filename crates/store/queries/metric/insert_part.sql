INSERT INTO day_part (shop, day, thread, parts, due) VALUES ($1, $2, $3, $4, $5)
