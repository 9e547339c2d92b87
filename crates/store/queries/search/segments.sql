SELECT id, shop, kind, state, docs, stale, first_at, last_at FROM search_segment WHERE shop = $1 AND kind = $2 AND state IN ('open', 'sealed')
