INSERT INTO phrase_mark (shop, version) VALUES ($1, 1) ON CONFLICT (shop) DO UPDATE SET version = phrase_mark.version + 1
