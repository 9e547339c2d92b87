UPDATE worklog SET problem = '', cause = '', solution = '', thread = NULL, seq = 0, orders = NULL, number = '', buyer = NULL, erased_at = $2, changed_at = $2 WHERE id IN {list $1}
