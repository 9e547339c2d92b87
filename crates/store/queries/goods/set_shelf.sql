UPDATE product SET on_shelf = $2, changed_at = $3 WHERE id = $1
