SELECT id, shop, list, day, grp, ref, seq, thread, orders, words, outcome, reason, note, late, person, at FROM duty_tick WHERE id = $1 AND undone_at IS NULL
