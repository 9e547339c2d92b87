INSERT INTO search_post (segment, gram, places) VALUES ($1, $2, $3)
