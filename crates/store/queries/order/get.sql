SELECT id, digest FROM orders WHERE shop = $1 AND platform = $2 AND number = $3
