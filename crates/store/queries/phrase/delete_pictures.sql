DELETE FROM phrase_picture WHERE phrase IN {list $1}
