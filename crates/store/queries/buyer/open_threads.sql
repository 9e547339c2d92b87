SELECT COUNT(*) FROM thread WHERE id IN {list $1} AND conversation IS NOT NULL
