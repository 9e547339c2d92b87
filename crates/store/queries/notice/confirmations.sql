SELECT person, revision, at FROM notice_seen WHERE notice = $1 ORDER BY at, person
