UPDATE pairing SET seen_at = $2 WHERE thread = $1 AND ended_at IS NULL AND seen_at IS NULL
