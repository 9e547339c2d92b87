SELECT shop, list, day, open, counted_at FROM duty_day WHERE shop IN {list $1} AND day >= $2 AND day <= $3
