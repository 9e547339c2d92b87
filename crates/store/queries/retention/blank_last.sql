UPDATE thread SET last_text = '', rev = rev + 1 WHERE id = $1 AND message_at < $2 AND last_text <> ''
