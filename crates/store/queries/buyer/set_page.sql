UPDATE buyer SET page = $2, seen_at = $3 WHERE id = $1
