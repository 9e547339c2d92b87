SELECT id, shop, line, person, at, note, threads FROM handover WHERE id = $1
