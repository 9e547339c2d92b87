INSERT INTO conversation (id, shop, thread, external, imported, opened_at, last_at, closed_at)
SELECT u.id, u.shop, u.thread, NULL, FALSE, u.at, u.at, NULL FROM UNNEST($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[]) AS u(id, shop, thread, at)
