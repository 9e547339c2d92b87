SELECT id, changed_at FROM thread WHERE changed_at >= $1 ORDER BY changed_at LIMIT $2
