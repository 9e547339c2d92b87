SELECT e.conversation, e.text FROM entry e JOIN
  (SELECT thread, MIN(seq) AS seq FROM entry WHERE thread IN {list $1} AND conversation IN {list $2} AND sender = 'buyer' AND text <> '' GROUP BY thread, conversation) f
  ON f.thread = e.thread AND f.seq = e.seq
