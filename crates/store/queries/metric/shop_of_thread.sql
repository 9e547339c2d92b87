SELECT shop FROM thread WHERE id = $1
