SELECT id, at, person, act, subject, detail FROM audit WHERE id < $1 ORDER BY id DESC LIMIT $2
