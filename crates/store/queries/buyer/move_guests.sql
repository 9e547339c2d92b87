UPDATE guest SET buyer = $2 WHERE buyer = $1
