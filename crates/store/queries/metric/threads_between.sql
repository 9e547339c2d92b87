SELECT DISTINCT thread FROM conversation WHERE shop = $1 AND opened_at < $2 AND (closed_at IS NULL OR closed_at >= $3)
