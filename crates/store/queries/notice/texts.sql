SELECT revision, title, text, urgent, person, at FROM notice_text WHERE notice = $1 ORDER BY revision
