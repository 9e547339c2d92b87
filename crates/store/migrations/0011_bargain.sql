-- Bargaining: what was given, what was asked of the supervisor, which words of the ladder were tried.

-- form: price, freight, coupon, transfer, gift. authority: own, supervisor. number: the platform's order number, '' while there is none.
CREATE TABLE concession (
  id {ID} PRIMARY KEY,
  shop {ID} NOT NULL REFERENCES shop(id),
  thread {ID} NOT NULL REFERENCES thread(id),
  orders {ID},
  number {TEXT} NOT NULL,
  person {ID} NOT NULL REFERENCES person(id),
  at {INT} NOT NULL,
  total_fen {INT} NOT NULL,
  off_fen {INT} NOT NULL,
  form {TEXT} NOT NULL,
  authority {TEXT} NOT NULL,
  approver {ID},
  approval {ID},
  warned {BOOL} NOT NULL,
  reason {TEXT} NOT NULL
){STRICT};
CREATE INDEX concession_at ON concession (shop, at);
CREATE INDEX concession_person ON concession (person, at);
CREATE INDEX concession_thread ON concession (thread, at);

-- Whatever needs a higher hand. kind: discount. answer_fen: the price granted or offered instead.
CREATE TABLE approval (
  id {ID} PRIMARY KEY,
  shop {ID} NOT NULL REFERENCES shop(id),
  kind {TEXT} NOT NULL,
  thread {ID} NOT NULL REFERENCES thread(id),
  orders {ID},
  number {TEXT} NOT NULL,
  person {ID} NOT NULL REFERENCES person(id),
  at {INT} NOT NULL,
  total_fen {INT} NOT NULL,
  asked_fen {INT} NOT NULL,
  why {TEXT} NOT NULL,
  reason {TEXT} NOT NULL,
  state {TEXT} NOT NULL,
  answer_fen {INT},
  answered_by {ID},
  answered_at {INT},
  note {TEXT} NOT NULL
){STRICT};
CREATE INDEX approval_open ON approval (shop, at) WHERE state = 'open';
CREATE INDEX approval_thread ON approval (thread, at);

CREATE TABLE ladder_step (
  conversation {ID} NOT NULL,
  step {TEXT} NOT NULL,
  person {ID} NOT NULL,
  at {INT} NOT NULL,
  PRIMARY KEY (conversation, step)
){STRICT};
