SELECT number, id, digest, erased_at FROM orders WHERE shop = $1 AND platform = $2 AND number IN {list $3}
