UPDATE conversation SET closed_at = $2, last_at = $3 WHERE id = $1
