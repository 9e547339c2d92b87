SELECT t.id, b.name, t.holder, t.owed_since, t.owed_seq, t.left_at, t.promised_at, t.promised_seq, t.last_at, t.last_seq, t.last_text, t.conversation
FROM thread t JOIN buyer b ON b.id = t.buyer WHERE t.shop = $1 AND t.conversation IS NULL AND (t.left_at IS NOT NULL OR t.promised_at IS NOT NULL)
