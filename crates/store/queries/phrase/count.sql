SELECT COUNT(*) FROM phrase WHERE phrase_set = $1 AND removed_at IS NULL
