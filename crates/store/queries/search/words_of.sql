SELECT t.shop, e.at, e.text FROM entry e JOIN thread t ON t.id = e.thread WHERE e.thread = $1 AND e.seq = $2
