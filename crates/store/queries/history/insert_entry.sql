INSERT INTO entry (thread, seq, conversation, at, kind, sender, author, agent, to_agent, words, automatic, refers, client_id, file, text, data)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
