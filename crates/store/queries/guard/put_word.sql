INSERT INTO guard_word (shop, key, word, severity, better, changed_at, changed_by) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (shop, key) DO UPDATE SET word = excluded.word, severity = excluded.severity, better = excluded.better, changed_at = excluded.changed_at, changed_by = excluded.changed_by
