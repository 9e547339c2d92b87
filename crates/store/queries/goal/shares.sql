SELECT scope, figure, person, value FROM goal_share WHERE shop = $1 ORDER BY scope, figure, person
