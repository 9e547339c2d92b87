UPDATE incident SET state = $2, appeal = $3 WHERE id = $1
