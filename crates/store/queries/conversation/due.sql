SELECT id FROM thread WHERE conversation IS NOT NULL AND next_due <= $1 LIMIT $2
