-- Matters that were handed up (R-DESK-13): which entry of a thread did it, when, who, and to whom.

-- how: transfer, mention (a private note names somebody who leads), price (a request). to_person or to_line: to whom; none = whoever
-- answers requests.
CREATE TABLE escalation (
  thread {ID} NOT NULL REFERENCES thread(id),
  seq {INT} NOT NULL,
  shop {ID} NOT NULL REFERENCES shop(id),
  at {INT} NOT NULL,
  person {ID} NOT NULL REFERENCES person(id),
  how {TEXT} NOT NULL,
  to_person {ID},
  to_line {TEXT},
  PRIMARY KEY (thread, seq)
){WITHOUT_ROWID};
CREATE INDEX escalation_at ON escalation (shop, at);
