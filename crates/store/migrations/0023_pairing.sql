-- Large orders with somebody who begins: who was asked to look along (R-DESK-18).

-- seen_at: the partner opened it. ended_at: it is over; cause: answered by somebody else (moved), closed, no longer large (small), the partner
-- left (left).
CREATE TABLE pairing (
  thread {ID} NOT NULL REFERENCES thread(id),
  at {INT} NOT NULL,
  shop {ID} NOT NULL REFERENCES shop(id),
  conversation {ID} NOT NULL,
  junior {ID} NOT NULL REFERENCES person(id),
  partner {ID} NOT NULL REFERENCES person(id),
  seen_at {INT},
  ended_at {INT},
  cause {TEXT} NOT NULL,
  PRIMARY KEY (thread, at)
){WITHOUT_ROWID};
CREATE INDEX pairing_open ON pairing (shop, at) WHERE ended_at IS NULL;
