SELECT thread, at, shop, conversation, junior, partner, seen_at FROM pairing WHERE ended_at IS NULL ORDER BY at, thread
