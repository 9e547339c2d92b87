SELECT DISTINCT day FROM day_part WHERE shop = $1 AND day >= $2 AND day <= $3 ORDER BY day DESC
