SELECT MAX(seq) FROM search_doc WHERE ref = $1
