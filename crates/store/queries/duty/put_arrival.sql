INSERT INTO duty_arrival (orders, day, person, at) VALUES ($1, $2, $3, $4)
ON CONFLICT (orders) DO UPDATE SET day = excluded.day, person = excluded.person, at = excluded.at
