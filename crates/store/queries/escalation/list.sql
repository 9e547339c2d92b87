SELECT thread, seq, shop, at, person, how, to_person, to_line FROM escalation
WHERE shop IN {list $1} AND at >= $2 AND at < $3 AND ($4 = 0 OR person = $5)
  AND (at < $6 OR (at = $6 AND (thread < $7 OR (thread = $7 AND seq < $8)))) ORDER BY at DESC, thread DESC, seq DESC LIMIT $9
