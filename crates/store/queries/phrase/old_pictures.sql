SELECT DISTINCT a.file FROM phrase_picture a JOIN phrase p ON p.id = a.phrase WHERE p.removed_at < $1 ORDER BY a.file LIMIT $2
