INSERT INTO search_post (segment, gram, places)
SELECT $1, p.gram, SUBSTRING($2::bytea FROM p.start::int FOR p.length::int) FROM UNNEST($3::bigint[], $4::bigint[], $5::bigint[]) AS p (gram, start, length)
