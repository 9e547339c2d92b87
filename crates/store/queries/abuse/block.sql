SELECT id, shop, buyer, thread, person, at, until, reason, lifted_by, lifted_at, note FROM block WHERE id = $1
