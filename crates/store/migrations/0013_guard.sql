-- The guard: warnings that a person sent a message in spite of.

-- first, past: characters of the message, past not included. rule: R-SPEECH-08, or SHOP for a word of the shop's own.
CREATE TABLE guard_overrule (
  thread {ID} NOT NULL REFERENCES thread(id),
  seq {INT} NOT NULL,
  rule {TEXT} NOT NULL,
  first {INT} NOT NULL,
  past {INT} NOT NULL,
  person {ID} NOT NULL REFERENCES person(id),
  at {INT} NOT NULL,
  PRIMARY KEY (thread, seq, rule, first)
){STRICT};
