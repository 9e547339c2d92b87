SELECT id, login, name, role, line, capacity, active, password_hash IS NOT NULL, grade FROM person ORDER BY created_at, id
