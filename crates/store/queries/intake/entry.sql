SELECT seq, at, kind, sender, author, agent, to_agent, text, conversation FROM entry WHERE thread = $1 AND client_id = $2 LIMIT 1
