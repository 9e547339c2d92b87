UPDATE approval SET state = $2, answer_fen = $3, answered_by = $4, answered_at = $5, note = $6 WHERE id = $1
