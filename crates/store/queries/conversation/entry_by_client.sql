SELECT seq, at, kind, text, file, conversation, data FROM entry WHERE thread = $1 AND author = $2 AND client_id = $3
