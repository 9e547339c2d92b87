SELECT id, shop, thread, person, at, place, number, outcome, changed_by, changed_at FROM report WHERE shop IN {list $1} ORDER BY at DESC, id DESC LIMIT $2
