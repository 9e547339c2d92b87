SELECT person FROM totp WHERE confirmed_at IS NOT NULL
