INSERT INTO worklog_tag (worklog, tag) VALUES ($1, $2) ON CONFLICT DO NOTHING
