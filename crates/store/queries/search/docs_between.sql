SELECT place, ref, seq, at FROM search_doc WHERE place >= $1 AND place < $2 ORDER BY place
