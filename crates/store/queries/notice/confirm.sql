INSERT INTO notice_seen (notice, person, revision, at) VALUES ($1, $2, $3, $4) ON CONFLICT (notice, person, revision) DO NOTHING
