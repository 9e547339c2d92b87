INSERT INTO thread (id, shop, channel, buyer, created_at, changed_at, rev, last_seq, conversations, conversation, opened_at, holder,
  holder_since, line, owed_since, owed_seq, queued_since, last_at, message_at, last_agent, next_due, last_text, last_kind, last_from, unread, buyer_read, shop_read)
VALUES ($1, $2, $3, $4, $5, $5, 0, 0, 0, NULL, 0, NULL, 0, NULL, NULL, 0, NULL, 0, 0, NULL, NULL, '', '', '', 0, 0, 0)
ON CONFLICT (shop, channel, buyer) DO NOTHING
