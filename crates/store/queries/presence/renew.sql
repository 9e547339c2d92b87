UPDATE presence SET lease_until = $2, acted_at = $3 WHERE person = $1
