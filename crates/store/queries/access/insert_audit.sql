INSERT INTO audit (id, at, person, act, subject, detail) VALUES ($1, $2, $3, $4, $5, $6)
