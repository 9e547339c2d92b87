INSERT INTO file (id, shop, thread, author, kind, width, height, bytes, created_at, name, secs) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
