UPDATE entry SET conversation = $3, at = $4, kind = $5, sender = $6, author = $7, agent = $8, to_agent = $9, words = $10, automatic = $11, text = $12 WHERE thread = $1 AND seq = $2
