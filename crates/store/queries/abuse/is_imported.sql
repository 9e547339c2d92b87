SELECT imported FROM conversation WHERE id = $1
