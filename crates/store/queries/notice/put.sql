INSERT INTO notice (id, shop, person, at, kind, audience, line, revision, until, ended_at, ended_by, reminded) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
