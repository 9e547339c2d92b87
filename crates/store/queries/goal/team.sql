SELECT scope, figure, value FROM goal WHERE shop = $1 ORDER BY scope, figure
