SELECT id, shop, thread, conversation, seq, sort, person, at, reason, answered, state, decided_by, decided_at, note, entry FROM mark WHERE id = $1
