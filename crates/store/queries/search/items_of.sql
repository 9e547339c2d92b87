SELECT orders, title FROM order_item WHERE orders IN {list $1} ORDER BY orders, n
