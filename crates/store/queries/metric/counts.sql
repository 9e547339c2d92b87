SELECT shop, day, rows FROM day_count WHERE cut = $1 AND day >= $2 AND day <= $3 ORDER BY shop, day
