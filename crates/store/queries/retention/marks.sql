SELECT seq, data FROM entry WHERE thread = $1 AND conversation = $2 AND kind = 'rating' AND data IS NOT NULL
