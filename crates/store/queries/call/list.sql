SELECT id, shop, thread, number, phone, direction, person, at, secs, outcome, words, agreed, due_at, confirmed_seq, confirmed_by, confirmed_at, changed_by, changed_at FROM call
WHERE shop IN {list $1} AND at >= $2 AND at < $3 AND ($4 = 0 OR person = $5) AND ($6 = '' OR outcome = $6)
  AND ($7 = '' OR phone LIKE $7 OR number LIKE $7) AND ($8 = 0 OR (confirmed_seq IS NULL AND due_at IS NOT NULL))
  AND (at < $9 OR (at = $9 AND id < $10)) ORDER BY at DESC, id DESC LIMIT $11
