SELECT m.thread, m.seq, m.at, e.author, e.text, t.shop, b.name FROM mention m
JOIN entry e ON e.thread = m.thread AND e.seq = m.seq JOIN thread t ON t.id = m.thread JOIN buyer b ON b.id = t.buyer
WHERE m.person = $1 AND m.seen_at IS NULL ORDER BY m.at, m.thread, m.seq LIMIT $2
