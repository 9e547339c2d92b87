INSERT INTO goal (shop, scope, figure, value) VALUES ($1, $2, $3, $4) ON CONFLICT (shop, scope, figure) DO UPDATE SET value = EXCLUDED.value
