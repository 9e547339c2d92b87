SELECT COUNT(*) FROM entry WHERE thread = $1 AND conversation = $2 AND sender = 'agent' AND automatic = $3
  AND kind IN ('text', 'image', 'card', 'voice', 'file')
