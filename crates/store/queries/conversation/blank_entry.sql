UPDATE entry SET text = '', file = NULL WHERE thread = $1 AND seq = $2
