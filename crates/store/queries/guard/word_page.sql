SELECT shop, key, word, severity, better, changed_at, changed_by FROM guard_word
WHERE shop = $1 AND ($2 = '' OR key LIKE $2 ESCAPE '\' OR lower(better) LIKE $2 ESCAPE '\') AND ($3 = '' OR severity = $3) AND key > $4 ORDER BY key LIMIT $5
