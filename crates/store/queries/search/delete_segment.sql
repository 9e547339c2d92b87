DELETE FROM search_segment WHERE id = $1
