SELECT COUNT(*) FROM thread WHERE shop = $1 AND conversation IS NOT NULL AND holder IS NULL AND queued_since IS NOT NULL AND (queued_since < $2 OR (queued_since = $2 AND id < $3))
