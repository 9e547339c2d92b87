SELECT e.thread, e.seq, e.conversation, e.at, e.kind, e.sender, e.author, e.agent, e.to_agent, e.words, e.automatic, e.refers, e.client_id, e.file, e.text, f.width, f.height,
  f.kind, f.name, f.bytes, f.secs, e.data, q.sender, q.author, q.kind, q.text
FROM entry e LEFT JOIN file f ON f.id = e.file
LEFT JOIN entry q ON q.thread = e.thread AND q.seq = e.refers AND e.kind IN ('text', 'image', 'card', 'voice', 'file')
WHERE e.thread = $1 AND e.seq = $2
