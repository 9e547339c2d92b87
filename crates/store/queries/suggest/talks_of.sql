SELECT c.opened_at, c.id, e.thread, t.buyer, e.seq, e.at, e.sender, e.automatic, e.text, u.phrase
FROM thread t
JOIN entry e ON e.thread = t.id AND e.kind = 'text'
JOIN conversation c ON c.id = e.conversation AND c.erased_at IS NULL
LEFT JOIN phrase_use u ON u.thread = e.thread AND u.client_id = e.client_id
WHERE t.id IN {list $1}
ORDER BY c.opened_at DESC, c.id DESC, e.seq
