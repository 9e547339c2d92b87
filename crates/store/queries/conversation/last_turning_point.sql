SELECT conversation, kind FROM entry WHERE thread = $1 AND kind IN ('open', 'close', 'reopen', 'ask', 'rating') ORDER BY seq DESC LIMIT 1
