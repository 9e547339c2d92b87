SELECT id, shop, list, day, grp, ref, seq, thread, orders, words, outcome, reason, note, late, person, at FROM duty_tick
WHERE shop = $1 AND list = $2 AND day = $3 AND grp = $4 AND undone_at IS NULL AND (at < $5 OR (at = $5 AND id < $6)) ORDER BY at DESC, id DESC LIMIT $7
