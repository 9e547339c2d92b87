UPDATE person SET name = $2, role = $3, line = $4, capacity = $5, active = $6 WHERE id = $1
