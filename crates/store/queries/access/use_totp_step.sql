UPDATE totp SET confirmed_at = COALESCE(confirmed_at, $3), step = $2 WHERE person = $1 AND step < $2
