SELECT person, COUNT(*), CAST(SUM(off_fen) AS BIGINT), CAST(SUM(total_fen) AS BIGINT), CAST(SUM(CASE WHEN authority = 'own' THEN off_fen ELSE 0 END) AS BIGINT)
FROM concession WHERE shop IN {list $1} AND at >= $2 AND at < $3 GROUP BY person ORDER BY person
