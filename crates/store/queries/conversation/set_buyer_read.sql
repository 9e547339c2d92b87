UPDATE thread SET buyer_read = $2, rev = rev + 1 WHERE id = $1 AND buyer_read < $2 AND last_seq >= $2
