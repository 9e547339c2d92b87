SELECT thread, seq, shop, at, person, how, to_person, to_line FROM escalation WHERE thread = $1 ORDER BY seq
