SELECT place, ref, at FROM search_doc WHERE place >= $1 AND place < $2
