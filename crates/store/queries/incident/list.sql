SELECT id, shop, rule, kind, mark, person, thread, seq, at, from_at, to_at, secs, tier, amount_fen, running, stands, absorbed_by, found_at, state, decided_by, decided_at, reason, appeal FROM incident
WHERE shop IN {list $1} AND at >= $2 AND at < $3 AND ($4 = '' OR rule = $4) AND ($5 = '' OR state = $5)
  AND ($6 = 0 OR person = $7) AND (at < $8 OR (at = $8 AND id < $9)) ORDER BY at DESC, id DESC LIMIT $10
