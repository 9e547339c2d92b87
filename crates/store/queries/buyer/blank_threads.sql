UPDATE thread SET last_text = '', rev = rev + 1 WHERE id IN {list $1}
