SELECT t.id, t.conversations, t.holder, t.last_agent, t.last_at FROM thread t WHERE t.buyer IN {list $1} ORDER BY t.last_at DESC, t.id
