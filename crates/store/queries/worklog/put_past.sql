INSERT INTO worklog_past (worklog, rev, at, was) VALUES ($1, $2, $3, $4)
