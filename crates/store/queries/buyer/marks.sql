SELECT thread, seq, data FROM entry WHERE thread IN {list $1} AND kind = 'rating' AND data IS NOT NULL
