INSERT INTO guard_overrule (thread, seq, rule, first, past, person, at) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (thread, seq, rule, first) DO NOTHING
