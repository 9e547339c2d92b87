SELECT person, since FROM idle_stretch WHERE until IS NULL
