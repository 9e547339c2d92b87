UPDATE thread SET changed_at = $2, rev = $3, last_seq = $4, conversations = $5, conversation = $6, opened_at = $7, holder = $8, holder_since = $9, line = $10,
  owed_since = $11, owed_seq = $12, queued_since = $13, last_at = $14, message_at = $15, last_agent = $16, next_due = $17, last_text = $18, last_kind = $19,
  last_from = $20, unread = $21, stage = $22, stage_by = $23, left_at = $24, marked_unread = $25,
  promised_at = $26, promised_seq = $27 WHERE id = $1 AND rev = $28
