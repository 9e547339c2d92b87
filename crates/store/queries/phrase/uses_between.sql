SELECT u.phrase, u.thread, t.buyer, u.person, u.seq, u.at FROM phrase_use u JOIN thread t ON t.id = u.thread WHERE u.shop = $1 AND u.at >= $2 AND u.at < $3 ORDER BY u.at, u.client_id
