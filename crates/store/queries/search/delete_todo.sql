DELETE FROM search_todo WHERE id IN {list $1}
