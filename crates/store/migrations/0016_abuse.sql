-- Harassing, irrelevant and malicious words: marks, blocks, reports.

-- seq: the message, 0 = all that the buyer wrote in the conversation. sort: harassing irrelevant malicious. answered: the one polite
-- answer of the conversation went into the draft with it. state: open confirmed refused withdrawn. entry: what stands in the thread once it
-- is confirmed.
CREATE TABLE mark (
  id {ID} PRIMARY KEY,
  shop {ID} NOT NULL REFERENCES shop(id),
  thread {ID} NOT NULL REFERENCES thread(id),
  conversation {ID} NOT NULL,
  seq {INT} NOT NULL,
  sort {TEXT} NOT NULL,
  person {ID} NOT NULL REFERENCES person(id),
  at {INT} NOT NULL,
  reason {TEXT} NOT NULL,
  answered {BOOL} NOT NULL,
  state {TEXT} NOT NULL,
  decided_by {ID},
  decided_at {INT},
  note {TEXT} NOT NULL,
  entry {INT}
){STRICT};
CREATE INDEX mark_open ON mark (shop, at) WHERE state = 'open';
CREATE INDEX mark_at ON mark (shop, at);
CREATE INDEX mark_thread ON mark (thread, at);

-- until: when it ends by itself, none = when it is lifted.
CREATE TABLE block (
  id {ID} PRIMARY KEY,
  shop {ID} NOT NULL REFERENCES shop(id),
  buyer {ID} NOT NULL REFERENCES buyer(id),
  thread {ID} NOT NULL REFERENCES thread(id),
  person {ID} NOT NULL REFERENCES person(id),
  at {INT} NOT NULL,
  until {INT},
  reason {TEXT} NOT NULL,
  lifted_by {ID},
  lifted_at {INT},
  note {TEXT} NOT NULL
){STRICT};
CREATE INDEX block_standing ON block (shop, at) WHERE lifted_at IS NULL;
CREATE INDEX block_thread ON block (thread, at);

-- What was handed to a platform or the police. outcome is written when it is known.
CREATE TABLE report (
  id {ID} PRIMARY KEY,
  shop {ID} NOT NULL REFERENCES shop(id),
  thread {ID} NOT NULL REFERENCES thread(id),
  person {ID} NOT NULL REFERENCES person(id),
  at {INT} NOT NULL,
  place {TEXT} NOT NULL,
  number {TEXT} NOT NULL,
  outcome {TEXT} NOT NULL,
  changed_by {ID} NOT NULL,
  changed_at {INT} NOT NULL
){STRICT};
CREATE INDEX report_at ON report (shop, at);
CREATE INDEX report_thread ON report (thread, at);
