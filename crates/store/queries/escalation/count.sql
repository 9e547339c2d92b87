SELECT person, how, COUNT(*) FROM escalation
WHERE shop IN {list $1} AND at >= $2 AND at < $3 AND ($4 = 0 OR person = $5) GROUP BY person, how ORDER BY person, how
