UPDATE notice SET reminded = $2 WHERE id = $1
