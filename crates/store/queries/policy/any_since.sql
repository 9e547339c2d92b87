SELECT seq FROM entry WHERE at >= $1 LIMIT 1
