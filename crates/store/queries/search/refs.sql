SELECT place, ref, at FROM search_doc WHERE place IN {list $1}
