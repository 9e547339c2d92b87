UPDATE buyer SET joined = $2, name = $3 WHERE id = $1
