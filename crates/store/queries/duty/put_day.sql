INSERT INTO duty_day (shop, list, day, open, counted_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (shop, list, day) DO UPDATE SET open = excluded.open, counted_at = excluded.counted_at
