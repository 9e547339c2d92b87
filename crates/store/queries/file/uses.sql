SELECT COUNT(*) FROM entry WHERE file = $1
