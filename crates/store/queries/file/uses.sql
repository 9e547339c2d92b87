SELECT (SELECT COUNT(*) FROM entry WHERE file = $1) + (SELECT COUNT(*) FROM phrase_picture WHERE file = $1)
