SELECT rule, state, COUNT(*), CAST(SUM(amount_fen) AS BIGINT) FROM incident
WHERE shop IN {list $1} AND at >= $2 AND at < $3 AND absorbed_by IS NULL AND ($4 = 0 OR person = $5) GROUP BY rule, state ORDER BY rule, state
