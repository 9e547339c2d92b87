SELECT e.seq, e.conversation, e.at, e.kind, e.sender, e.author, e.agent, e.to_agent, e.words, e.automatic, e.refers, c.imported, COALESCE(c.external, 'live') = '',
  CASE WHEN e.kind IN ('transfer', 'requeue') THEN e.data END
FROM entry e JOIN conversation c ON c.id = e.conversation WHERE e.thread = $1 ORDER BY e.conversation, e.at, e.seq
