INSERT INTO notice_text (notice, revision, title, text, urgent, person, at) VALUES ($1, $2, $3, $4, $5, $6, $7)
