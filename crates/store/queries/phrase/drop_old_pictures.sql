DELETE FROM phrase_picture WHERE file IN {list $1} AND phrase IN (SELECT id FROM phrase WHERE removed_at < $2)
