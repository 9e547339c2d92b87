UPDATE conversation SET erased_at = $2 WHERE id = $1
