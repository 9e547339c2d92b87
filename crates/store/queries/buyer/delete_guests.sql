DELETE FROM guest WHERE buyer IN {list $1}
