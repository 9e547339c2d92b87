UPDATE thread SET shop_read = $2, rev = rev + 1, unread = CASE WHEN last_seq <= $2 THEN 0 ELSE unread END WHERE id = $1 AND shop_read < $2 AND last_seq >= $2
