SELECT shop, key, word, severity, better, changed_at, changed_by FROM guard_word WHERE shop = $1 ORDER BY key
