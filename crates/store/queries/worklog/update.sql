UPDATE worklog SET problem = $2, cause = $3, solution = $4, state = $5, orders = $6, number = $7, goods = $8, rev = $9, changed_at = $10 WHERE id = $1
