INSERT INTO ladder_step (conversation, step, person, at) VALUES ($1, $2, $3, $4) ON CONFLICT (conversation, step) DO NOTHING
