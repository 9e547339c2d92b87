INSERT INTO search_doc (place, ref, seq, at) SELECT * FROM UNNEST($1::bigint[], $2::uuid[], $3::bigint[], $4::bigint[])
