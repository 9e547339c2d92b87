DELETE FROM goal_share WHERE shop = $1 AND scope = $2
