DELETE FROM goal WHERE shop = $1 AND scope = $2
