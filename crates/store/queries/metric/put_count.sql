INSERT INTO day_count (shop, day, cut, rows) VALUES ($1, $2, $3, $4) ON CONFLICT (shop, day, cut) DO UPDATE SET rows = EXCLUDED.rows
