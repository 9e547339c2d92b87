UPDATE thread SET last_at = $2, message_at = $2, last_text = $3, last_kind = $4, last_from = $5 WHERE id = $1 AND conversation IS NULL AND last_at <= $2
