SELECT l.purpose, l.person, p.name, l.expires_at, l.used_at FROM link l LEFT JOIN person p ON p.id = l.person WHERE l.token_hash = $1
