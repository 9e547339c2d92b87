INSERT INTO entry (thread, seq, conversation, at, kind, sender, author, agent, to_agent, words, automatic, refers, client_id, file, text, data)
SELECT * FROM UNNEST($1::uuid[], $2::bigint[], $3::uuid[], $4::bigint[], $5::text[], $6::text[], $7::uuid[], $8::uuid[], $9::uuid[], $10::bigint[],
  $11::boolean[], $12::bigint[], $13::uuid[], $14::uuid[], $15::text[], $16::text[])
