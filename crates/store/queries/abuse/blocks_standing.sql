SELECT id, shop, buyer, thread, person, at, until, reason, lifted_by, lifted_at, note FROM block WHERE lifted_at IS NULL AND (until IS NULL OR until > $1) ORDER BY at, id
