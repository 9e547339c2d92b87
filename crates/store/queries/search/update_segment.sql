UPDATE search_segment SET state = $2, docs = $3, stale = $4, first_at = $5, last_at = $6 WHERE id = $1
