SELECT w.id, w.shop, w.person, w.day, w.at, w.problem, w.cause, w.solution, w.state, w.thread, w.seq, w.orders, w.number, w.goods, w.buyer, w.rev, w.changed_at, w.erased_at FROM worklog w
WHERE w.shop IN {list $1} AND w.day >= $2 AND w.day <= $3 AND ($4 = 0 OR w.person = $5) AND ($6 = '' OR w.state = $6)
  AND ($7 = '' OR EXISTS (SELECT 1 FROM worklog_tag g WHERE g.worklog = w.id AND g.tag = $7))
  AND (w.at < $8 OR (w.at = $8 AND w.id < $9)) ORDER BY w.at DESC, w.id DESC LIMIT $10
