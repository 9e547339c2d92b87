SELECT token_hash, created_at, seen_at, expires_at, agent, address FROM session WHERE person = $1 AND expires_at > $2 ORDER BY seen_at DESC, created_at DESC
