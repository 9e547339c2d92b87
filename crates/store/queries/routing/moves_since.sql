SELECT COUNT(*) FROM entry WHERE thread = $1 AND seq > $2 AND kind = 'transfer' AND sender = 'system'
