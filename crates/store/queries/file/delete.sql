DELETE FROM file WHERE id IN {list $1}
