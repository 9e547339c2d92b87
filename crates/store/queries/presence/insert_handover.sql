INSERT INTO handover (id, shop, line, person, at, note, threads, to_person) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
