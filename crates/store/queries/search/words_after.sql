SELECT seq, at, text FROM entry WHERE thread = $1 AND seq > $2 AND text <> '' ORDER BY seq
