SELECT version FROM phrase_mark WHERE shop = $1
