DELETE FROM day_part WHERE thread = $1
