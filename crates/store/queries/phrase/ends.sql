SELECT COALESCE(MAX(place), 0), COALESCE(MAX(rev), 0) FROM phrase WHERE phrase_set = $1
