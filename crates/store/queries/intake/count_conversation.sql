UPDATE thread SET conversations = conversations + 1 WHERE id = $1
