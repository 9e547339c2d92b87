SELECT id, name, kind, bytes FROM file WHERE thread IN {list $1} OR id IN (SELECT file FROM entry WHERE thread IN {list $1} AND file IS NOT NULL) ORDER BY id
