UPDATE block SET lifted_by = $2, lifted_at = $3, note = $4 WHERE id = $1
