UPDATE entry SET data = $3 WHERE thread = $1 AND seq = $2
