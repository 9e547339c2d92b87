DELETE FROM duty_own WHERE shop = $1 AND list = $2
