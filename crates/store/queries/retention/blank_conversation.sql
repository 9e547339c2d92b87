UPDATE entry SET text = '', file = NULL, data = CASE WHEN kind = 'rating' THEN data ELSE NULL END WHERE thread = $1 AND conversation = $2
