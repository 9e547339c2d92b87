SELECT id, kind, ref, seq FROM search_todo ORDER BY id LIMIT $1
