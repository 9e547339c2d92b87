INSERT INTO thread (id, shop, channel, buyer, created_at, changed_at, rev, last_seq, conversations, conversation, opened_at, holder, holder_since, line,
  owed_since, owed_seq, queued_since, last_at, message_at, last_agent, next_due, last_text, last_kind, last_from, unread, buyer_read, shop_read)
VALUES ($1, $2, $3, $4, $5, $6, 1, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, 0, $7, $7)
