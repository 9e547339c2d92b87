UPDATE block SET reason = '', note = '' WHERE thread IN {list $1}
