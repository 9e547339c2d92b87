SELECT t.id FROM thread t JOIN buyer b ON b.id = t.buyer WHERE b.joined = $1 AND t.last_seq > 0 ORDER BY t.last_at DESC, t.id
