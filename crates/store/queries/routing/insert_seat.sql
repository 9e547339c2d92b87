INSERT INTO seat (shop, person, line, weight, capacity, skills) VALUES ($1, $2, $3, $4, $5, $6)
