SELECT e.thread, e.author, e.client_id, e.seq, e.at, e.kind, e.text, e.file, e.conversation, e.data FROM entry e
JOIN UNNEST($1::uuid[], $2::uuid[], $3::uuid[]) AS u(thread, author, client_id)
ON e.thread = u.thread AND e.author = u.author AND e.client_id = u.client_id AND e.client_id IS NOT NULL
