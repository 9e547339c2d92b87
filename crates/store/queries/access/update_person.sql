UPDATE person SET name = $2, role = $3, line = $4, capacity = $5, active = $6, grade = $7 WHERE id = $1
