SELECT e.seq, e.thread, e.seq, e.at, e.kind, e.sender, e.author, e.text FROM entry e WHERE e.thread = $1 AND e.text <> '' ORDER BY e.seq DESC
