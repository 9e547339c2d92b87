INSERT INTO handover_seen (handover, person, at) VALUES ($1, $2, $3) ON CONFLICT (handover, person) DO NOTHING
