UPDATE pairing SET ended_at = $2, cause = $3 WHERE thread = $1 AND ended_at IS NULL
