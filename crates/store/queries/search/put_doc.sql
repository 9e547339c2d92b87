INSERT INTO search_doc (place, ref, seq, at) VALUES ($1, $2, $3, $4)
