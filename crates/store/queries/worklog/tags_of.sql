SELECT worklog, tag FROM worklog_tag WHERE worklog IN {list $1} ORDER BY tag
