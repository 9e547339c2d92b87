SELECT e.thread, e.seq, e.at, e.data, e.text, b.name FROM entry e JOIN thread t ON t.id = e.thread JOIN buyer b ON b.id = t.buyer
WHERE e.kind = 'rating' AND e.at >= $2 AND e.at < $3 AND t.shop = $1 ORDER BY e.at, e.thread, e.seq LIMIT $4
