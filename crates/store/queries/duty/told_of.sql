SELECT id, shop, list, day, grp, ref, seq, thread, orders, words, outcome, reason, note, late, person, at FROM duty_tick
WHERE undone_at IS NULL AND (thread IN {list $1} OR orders IN {list $2}) ORDER BY at, id
