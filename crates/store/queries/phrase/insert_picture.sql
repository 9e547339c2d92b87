INSERT INTO phrase_picture (phrase, n, file, name) VALUES ($1, $2, $3, $4)
