UPDATE mark SET reason = '', note = '' WHERE thread IN {list $1}
