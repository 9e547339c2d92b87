SELECT COUNT(*) FROM person WHERE role = 'owner' AND active AND password_hash IS NOT NULL
