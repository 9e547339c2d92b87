SELECT tag, COUNT(*) FROM buyer_tag WHERE shop = $1 GROUP BY tag ORDER BY COUNT(*) DESC, tag LIMIT $2
