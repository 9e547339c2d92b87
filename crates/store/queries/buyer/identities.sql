SELECT id, shop, channel, external, name, created_at, joined, phone, city, remark, attributes, page, seen_at, erased_at FROM buyer WHERE id = $1 OR joined = $1 ORDER BY id
