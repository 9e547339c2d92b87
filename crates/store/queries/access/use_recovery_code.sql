UPDATE recovery_code SET used_at = $3 WHERE person = $1 AND code_hash = $2 AND used_at IS NULL
