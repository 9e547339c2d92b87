SELECT refers FROM entry WHERE thread = $1 AND kind = 'recall' AND refers IS NOT NULL
