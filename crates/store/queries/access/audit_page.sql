SELECT id, at, person, act, subject, detail FROM audit
WHERE id < $1 AND at >= $2 AND at < $3
  AND ($4 = 0 OR person = $5)
  AND ($6 = '' OR act = $6 OR act LIKE $7)
  AND ($8 = '' OR subject = $8)
ORDER BY id DESC LIMIT $9
