SELECT COUNT(*) FROM concession WHERE person = $1 AND at >= $2 AND authority = 'own'
