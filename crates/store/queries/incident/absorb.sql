UPDATE incident SET absorbed_by = $2 WHERE id = $1
