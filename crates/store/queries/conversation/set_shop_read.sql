UPDATE thread SET shop_read = CASE WHEN shop_read < $2 THEN $2 ELSE shop_read END, rev = rev + 1, marked_unread = 0,
  unread = CASE WHEN last_seq <= $2 THEN 0 ELSE unread END
WHERE id = $1 AND last_seq >= $2 AND (shop_read < $2 OR marked_unread = 1)
