SELECT d.place, d.ref, d.seq, e.at, e.kind, e.sender, e.author, e.text FROM search_doc d JOIN entry e ON e.thread = d.ref AND e.seq = d.seq WHERE d.place IN {list $1}
