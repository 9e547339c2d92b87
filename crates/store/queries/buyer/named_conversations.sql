SELECT id FROM conversation WHERE thread IN {list $1} AND external <> ''
