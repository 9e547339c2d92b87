UPDATE presence SET lease_until = $2 WHERE person = $1
