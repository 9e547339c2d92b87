-- The work log: problems that people met, what caused them, how they were solved.

-- day: by the shop's calendar, YYYY-MM-DD. state: open, solved. thread, seq, orders, number, goods, buyer: what it is about.
-- erased_at: its words were forgotten with the buyer's.
CREATE TABLE worklog (
  id {ID} PRIMARY KEY,
  shop {ID} NOT NULL REFERENCES shop(id),
  person {ID} NOT NULL REFERENCES person(id),
  day {TEXT} NOT NULL,
  at {INT} NOT NULL,
  problem {TEXT} NOT NULL,
  cause {TEXT} NOT NULL,
  solution {TEXT} NOT NULL,
  state {TEXT} NOT NULL,
  thread {ID},
  seq {INT} NOT NULL,
  orders {ID},
  number {TEXT} NOT NULL,
  goods {TEXT} NOT NULL,
  buyer {ID},
  rev {INT} NOT NULL,
  changed_at {INT} NOT NULL,
  erased_at {INT}
){STRICT};
CREATE INDEX worklog_at ON worklog (at, id);
CREATE INDEX worklog_person ON worklog (person, at);
CREATE INDEX worklog_thread ON worklog (thread) WHERE thread IS NOT NULL;
CREATE INDEX worklog_order ON worklog (orders) WHERE orders IS NOT NULL;
CREATE INDEX worklog_buyer ON worklog (buyer) WHERE buyer IS NOT NULL;

CREATE TABLE worklog_tag (
  worklog {ID} NOT NULL REFERENCES worklog(id),
  tag {TEXT} NOT NULL,
  PRIMARY KEY (worklog, tag)
){STRICT};
CREATE INDEX worklog_tag_tag ON worklog_tag (tag);

-- What an entry said before each change, as JSON.
CREATE TABLE worklog_past (
  worklog {ID} NOT NULL REFERENCES worklog(id),
  rev {INT} NOT NULL,
  at {INT} NOT NULL,
  was {TEXT} NOT NULL,
  PRIMARY KEY (worklog, rev)
){STRICT};

-- The index of words follows by itself.
-- @sqlite
CREATE TRIGGER search_worklog_new AFTER INSERT ON worklog
BEGIN INSERT INTO search_todo (kind, ref, seq) VALUES ('worklog', NEW.id, 0); END;
CREATE TRIGGER search_worklog_changed AFTER UPDATE ON worklog
BEGIN INSERT INTO search_todo (kind, ref, seq) VALUES ('worklog', NEW.id, 0); END;
CREATE TRIGGER search_worklog_deleted AFTER DELETE ON worklog
BEGIN INSERT INTO search_todo (kind, ref, seq) VALUES ('worklog', OLD.id, 0); END;
-- @end
-- @pg
CREATE TRIGGER search_worklog AFTER INSERT OR UPDATE ON worklog FOR EACH ROW EXECUTE FUNCTION search_note_new('worklog');
CREATE TRIGGER search_worklog_deleted AFTER DELETE ON worklog FOR EACH ROW EXECUTE FUNCTION search_note_old('worklog');
-- @end
