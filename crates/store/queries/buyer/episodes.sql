SELECT id, thread, opened_at, closed_at FROM conversation WHERE thread IN {list $1} AND (opened_at < $2 OR (opened_at = $2 AND id < $3))
ORDER BY opened_at DESC, id DESC LIMIT $4
