INSERT INTO derived (name, until) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET until = EXCLUDED.until
