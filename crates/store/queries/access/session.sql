SELECT s.person, s.seen_at, s.expires_at, s.created_at FROM session s JOIN person p ON p.id = s.person
WHERE s.token_hash = $1 AND s.expires_at > $2 AND p.active
