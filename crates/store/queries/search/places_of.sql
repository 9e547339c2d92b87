SELECT place FROM search_doc WHERE ref = $1 AND seq = $2
