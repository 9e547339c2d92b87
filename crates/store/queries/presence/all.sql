SELECT person, state, since, lease_until, acted_at FROM presence
