SELECT parts FROM day_part WHERE shop = $1 AND day = $2
