SELECT COUNT(*), COUNT(paid_at), CAST(COALESCE(SUM(CASE WHEN paid_at IS NULL THEN 0 ELSE net_fen END), 0) AS BIGINT), MAX(created_at) FROM orders
WHERE shop = $1 AND ((platform IN {list $2} AND buyer IN {list $3}) OR phone IN {list $4})
