SELECT id, effective, changes, note, person, created_at, withdrawn_by, withdrawn_at FROM policy ORDER BY effective, id
