SELECT id FROM thread WHERE last_seq > 0
