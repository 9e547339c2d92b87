INSERT INTO policy (id, effective, changes, note, person, created_at) VALUES ($1, $2, $3, $4, $5, $6)
