INSERT INTO incident (id, shop, rule, kind, mark, person, thread, seq, at, from_at, to_at, secs, tier, amount_fen, running, stands, absorbed_by, found_at, state, decided_by, decided_at, reason, appeal)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)
ON CONFLICT (mark) DO UPDATE SET rule = EXCLUDED.rule, person = EXCLUDED.person, at = EXCLUDED.at, from_at = EXCLUDED.from_at, to_at = EXCLUDED.to_at,
  secs = EXCLUDED.secs, tier = EXCLUDED.tier, amount_fen = EXCLUDED.amount_fen, running = EXCLUDED.running, stands = EXCLUDED.stands, state = EXCLUDED.state
