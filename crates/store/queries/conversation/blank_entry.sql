UPDATE entry SET text = '', file = NULL, data = NULL WHERE thread = $1 AND seq = $2
