INSERT INTO idle_stretch (person, since, until) VALUES ($1, $2, $3)
ON CONFLICT (person, since) DO UPDATE SET until = EXCLUDED.until
