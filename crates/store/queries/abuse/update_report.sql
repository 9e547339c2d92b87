UPDATE report SET place = $2, number = $3, outcome = $4, changed_by = $5, changed_at = $6 WHERE id = $1
