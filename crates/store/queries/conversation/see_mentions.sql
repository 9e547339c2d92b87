UPDATE mention SET seen_at = $3 WHERE person = $1 AND thread = $2 AND seen_at IS NULL
