SELECT thread, seq, rule, first, past, person, at FROM guard_overrule WHERE thread = $1 ORDER BY seq, first, rule
