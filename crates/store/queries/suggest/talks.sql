SELECT c.opened_at, c.id, e.thread, t.buyer, e.seq, e.at, e.sender, e.automatic, e.text, u.phrase
FROM (SELECT id, thread, opened_at FROM conversation
  WHERE shop = $1 AND erased_at IS NULL AND (opened_at < $2 OR (opened_at = $2 AND id < $3))
  ORDER BY opened_at DESC, id DESC LIMIT $4) c
JOIN thread t ON t.id = c.thread
JOIN entry e ON e.thread = c.thread AND e.conversation = c.id AND e.kind = 'text'
LEFT JOIN phrase_use u ON u.thread = e.thread AND u.client_id = e.client_id
ORDER BY c.opened_at DESC, c.id DESC, e.seq
