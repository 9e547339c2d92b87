UPDATE thread SET marked_unread = 1, rev = rev + 1 WHERE id = $1
