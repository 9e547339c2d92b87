SELECT id FROM file WHERE created_at < $1 AND NOT EXISTS (SELECT 1 FROM product p WHERE p.picture = file.id) ORDER BY created_at, id LIMIT $2
