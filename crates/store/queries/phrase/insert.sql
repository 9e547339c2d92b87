INSERT INTO phrase (id, phrase_set, path, code, title, text, level, follow, stage, scene, place, used, last_used, rev, created_at, changed_at, changed_by, removed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, NULL, $12, $13, $13, $14, NULL)
