SELECT DISTINCT conversation, author FROM entry
WHERE thread IN {list $1} AND conversation IN {list $2} AND sender = 'agent' AND kind IN ('text', 'image', 'card', 'voice', 'file')
