UPDATE search_segment SET stale = stale + 1 WHERE id = $1
