SELECT id FROM conversation WHERE thread = $1 AND external = $2
