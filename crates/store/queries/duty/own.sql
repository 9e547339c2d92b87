SELECT id, words FROM duty_own WHERE shop = $1 AND list = $2 ORDER BY n
