SELECT id, shop, kind, state, docs, stale, first_at, last_at FROM search_segment ORDER BY id
