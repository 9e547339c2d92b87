SELECT buyer, tag FROM buyer_tag WHERE buyer IN {list $1} ORDER BY buyer, tag
