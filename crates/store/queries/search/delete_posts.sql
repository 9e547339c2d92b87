DELETE FROM search_post WHERE segment = $1 AND gram IN (SELECT gram FROM search_post WHERE segment = $1 ORDER BY gram LIMIT $2)
