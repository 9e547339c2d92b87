SELECT id, shop, line, person, at, note, threads, to_person FROM handover WHERE id = $1
