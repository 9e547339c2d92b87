UPDATE mark SET state = $2, decided_by = $3, decided_at = $4, note = $5, entry = $6 WHERE id = $1
