INSERT INTO goal_share (shop, scope, figure, person, value) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (shop, scope, figure, person) DO UPDATE SET value = EXCLUDED.value
