DELETE FROM search_doc WHERE place = $1
