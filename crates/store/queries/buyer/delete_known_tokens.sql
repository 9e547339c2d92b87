DELETE FROM known_token WHERE expires_at <= $1
