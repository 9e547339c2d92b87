INSERT INTO presence (person, state, since, lease_until, acted_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (person) DO UPDATE SET state = EXCLUDED.state, since = EXCLUDED.since, lease_until = EXCLUDED.lease_until, acted_at = EXCLUDED.acted_at
