INSERT INTO mention (person, thread, seq, at, seen_at) VALUES ($1, $2, $3, $4, NULL) ON CONFLICT (person, thread, seq) DO NOTHING
