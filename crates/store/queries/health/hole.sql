SELECT t.id, t.last_seq, COUNT(e.seq), COALESCE(MAX(e.seq), 0)
FROM thread t
LEFT JOIN entry e ON e.thread = t.id
GROUP BY t.id, t.last_seq
HAVING COUNT(e.seq) <> t.last_seq OR COALESCE(MAX(e.seq), 0) <> t.last_seq
LIMIT 1
