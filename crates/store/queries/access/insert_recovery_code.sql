INSERT INTO recovery_code (person, code_hash, used_at) VALUES ($1, $2, NULL)
