INSERT INTO presence_change (id, person, at, state, cause) VALUES ($1, $2, $3, $4, $5)
