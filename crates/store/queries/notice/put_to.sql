INSERT INTO notice_to (notice, person) VALUES ($1, $2) ON CONFLICT (notice, person) DO NOTHING
