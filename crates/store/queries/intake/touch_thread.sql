UPDATE thread SET rev = rev + 1, changed_at = CASE WHEN changed_at < $2 THEN $2 ELSE changed_at END WHERE id = $1
