DELETE FROM order_item WHERE orders IN {list $1}
