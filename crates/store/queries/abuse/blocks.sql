SELECT id, shop, buyer, thread, person, at, until, reason, lifted_by, lifted_at, note FROM block WHERE shop IN {list $1} ORDER BY at DESC, id DESC LIMIT $2
