SELECT id, shop, thread, person, at, place, number, outcome, changed_by, changed_at FROM report WHERE thread = $1 ORDER BY at, id
