INSERT INTO person (id, login, name, role, line, capacity, password_hash, active, created_at, grade)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
