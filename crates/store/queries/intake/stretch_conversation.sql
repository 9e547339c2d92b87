UPDATE conversation SET erased_at = NULL, opened_at = CASE WHEN opened_at > $2 THEN $2 ELSE opened_at END,
  last_at = CASE WHEN last_at < $2 THEN $2 ELSE last_at END, closed_at = CASE WHEN closed_at < $2 THEN $2 ELSE closed_at END
WHERE id = $1 AND (opened_at > $2 OR closed_at < $2 OR erased_at IS NOT NULL)
