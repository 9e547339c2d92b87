SELECT id, thread FROM conversation WHERE erased_at IS NULL AND last_at < $1 AND closed_at IS NOT NULL ORDER BY last_at LIMIT $2
