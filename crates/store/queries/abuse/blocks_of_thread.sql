SELECT id, shop, buyer, thread, person, at, until, reason, lifted_by, lifted_at, note FROM block WHERE thread = $1 ORDER BY at, id
