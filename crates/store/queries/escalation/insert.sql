INSERT INTO escalation (thread, seq, shop, at, person, how, to_person, to_line) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
