SELECT until FROM derived WHERE name = $1
