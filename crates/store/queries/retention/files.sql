SELECT file FROM entry WHERE thread = $1 AND conversation = $2 AND file IS NOT NULL
