SELECT 1 FROM entry WHERE thread IN {list $1} AND author IN {list $2} AND sender = 'agent' LIMIT 1
