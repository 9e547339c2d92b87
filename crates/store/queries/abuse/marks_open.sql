SELECT id, shop, thread, conversation, seq, sort, person, at, reason, answered, state, decided_by, decided_at, note, entry FROM mark WHERE shop IN {list $1} AND state = 'open' ORDER BY at, id
