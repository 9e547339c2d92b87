DELETE FROM day_count WHERE shop = $1 AND day = $2
