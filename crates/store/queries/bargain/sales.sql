SELECT CAST(COALESCE(SUM(gross_fen), 0) AS BIGINT) FROM orders WHERE shop IN {list $1} AND paid_at >= $2 AND paid_at < $3
