UPDATE product SET picture = $2, changed_at = $3 WHERE id = $1
