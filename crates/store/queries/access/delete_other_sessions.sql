DELETE FROM session WHERE person = $1 AND token_hash <> $2
