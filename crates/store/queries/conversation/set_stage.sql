UPDATE thread SET stage = $2, stage_by = $3, rev = rev + 1 WHERE id = $1
