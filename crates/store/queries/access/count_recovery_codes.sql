SELECT COUNT(*) FROM recovery_code WHERE person = $1 AND used_at IS NULL
