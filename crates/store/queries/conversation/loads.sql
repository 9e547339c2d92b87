SELECT holder, COUNT(*) FROM thread WHERE conversation IS NOT NULL AND holder IS NOT NULL GROUP BY holder
