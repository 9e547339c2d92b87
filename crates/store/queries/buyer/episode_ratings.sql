SELECT conversation, data FROM entry WHERE thread IN {list $1} AND conversation IN {list $2} AND kind = 'rating' AND data IS NOT NULL ORDER BY seq
