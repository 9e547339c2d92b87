SELECT id, shop, thread, number, phone, direction, person, at, secs, outcome, words, agreed, due_at, confirmed_seq, confirmed_by, confirmed_at, changed_by, changed_at FROM call WHERE id = $1
