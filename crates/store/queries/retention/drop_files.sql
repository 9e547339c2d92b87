UPDATE entry SET file = NULL WHERE file IN {list $1}
