SELECT segment, gram, places FROM search_post WHERE segment IN {list $1} AND gram IN {list $2}
