SELECT id, shop, thread, person, at, place, number, outcome, changed_by, changed_at FROM report WHERE id = $1
