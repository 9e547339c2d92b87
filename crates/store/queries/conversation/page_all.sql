SELECT t.id, t.shop, t.channel, t.buyer, b.name, t.rev, t.conversations, t.last_text, t.last_kind, t.last_from, t.unread, t.buyer_read, t.shop_read,
  t.last_seq, t.conversation, t.opened_at, t.holder, t.holder_since, t.line, t.owed_since, t.owed_seq, t.queued_since, t.last_at, t.last_agent, t.next_due, t.changed_at, t.message_at,
  t.stage, t.stage_by, t.left_at, t.marked_unread, t.promised_at, t.promised_seq
FROM thread t JOIN buyer b ON b.id = t.buyer
WHERE t.shop = $1 AND t.last_seq > 0 AND (t.last_at < $2 OR (t.last_at = $2 AND t.id < $3)) ORDER BY t.last_at DESC, t.id DESC LIMIT $4
