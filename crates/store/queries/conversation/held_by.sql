SELECT id FROM thread WHERE shop IN {list $1} AND conversation IS NOT NULL AND holder = $2
