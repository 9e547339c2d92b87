UPDATE thread SET changed_at = u.changed_at, rev = u.rev, last_seq = u.last_seq, conversations = u.conversations, conversation = u.conversation,
  opened_at = u.opened_at, holder = u.holder, holder_since = u.holder_since, line = u.line, owed_since = u.owed_since, owed_seq = u.owed_seq,
  queued_since = u.queued_since, last_at = u.last_at, message_at = u.message_at, last_agent = u.last_agent, next_due = u.next_due, last_text = u.last_text,
  last_kind = u.last_kind, last_from = u.last_from, unread = u.unread,
  stage = u.stage, stage_by = u.stage_by, left_at = u.left_at, marked_unread = u.marked_unread,
  promised_at = u.promised_at, promised_seq = u.promised_seq
FROM UNNEST($1::uuid[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::uuid[], $7::bigint[], $8::uuid[], $9::bigint[], $10::text[], $11::bigint[],
  $12::bigint[], $13::bigint[], $14::bigint[], $15::bigint[], $16::uuid[], $17::bigint[], $18::text[], $19::text[], $20::text[], $21::bigint[], $22::text[], $23::uuid[],
  $24::bigint[], $25::bigint[], $26::bigint[], $27::bigint[], $28::bigint[])
  AS u(id, changed_at, rev, last_seq, conversations, conversation, opened_at, holder, holder_since, line, owed_since, owed_seq, queued_since, last_at,
  message_at, last_agent, next_due, last_text, last_kind, last_from, unread, stage, stage_by, left_at, marked_unread, promised_at, promised_seq, old_rev)
WHERE thread.id = u.id AND thread.rev = u.old_rev
