SELECT shop, list, day, person, outcome, late, COUNT(*) FROM duty_tick
WHERE shop IN {list $1} AND day >= $2 AND day <= $3 AND undone_at IS NULL GROUP BY shop, list, day, person, outcome, late
