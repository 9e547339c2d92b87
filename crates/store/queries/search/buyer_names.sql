SELECT t.id, b.name FROM thread t JOIN buyer b ON b.id = t.buyer WHERE t.id IN {list $1}
