UPDATE phrase SET used = used + 1, last_used = CASE WHEN last_used IS NULL OR last_used < $2 THEN $2 ELSE last_used END WHERE id = $1
