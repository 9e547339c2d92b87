UPDATE notice SET revision = $2, until = $3 WHERE id = $1
