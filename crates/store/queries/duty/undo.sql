UPDATE duty_tick SET undone_by = $2, undone_at = $3 WHERE id = $1 AND undone_at IS NULL
