DELETE FROM buyer_tag WHERE buyer IN {list $1}
