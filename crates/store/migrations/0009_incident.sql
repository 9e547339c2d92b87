-- Findings, idle hanging, and answers that were put off.

-- What was found wrong (R-FINE-01). kind: turn, conversation, idle, month. mark: what makes it the same finding when it is derived again.
-- at: the fact's time, which decides its day and policy. stands: it still follows from the facts. absorbed_by: the finding of the
-- same span that costs instead of this one.
CREATE TABLE incident (
  id {ID} PRIMARY KEY,
  shop {ID} NOT NULL REFERENCES shop(id),
  rule {TEXT} NOT NULL,
  kind {TEXT} NOT NULL,
  mark {TEXT} NOT NULL UNIQUE,
  person {ID} REFERENCES person(id),
  thread {ID},
  seq {INT} NOT NULL,
  at {INT} NOT NULL,
  from_at {INT} NOT NULL,
  to_at {INT} NOT NULL,
  secs {INT} NOT NULL,
  tier {INT} NOT NULL,
  amount_fen {INT} NOT NULL,
  running {BOOL} NOT NULL,
  stands {BOOL} NOT NULL,
  absorbed_by {ID},
  found_at {INT} NOT NULL,
  state {TEXT} NOT NULL,
  decided_by {ID},
  decided_at {INT},
  reason {TEXT} NOT NULL,
  appeal {TEXT} NOT NULL
){STRICT};
CREATE INDEX incident_at ON incident (shop, at);
CREATE INDEX incident_person ON incident (person, at) WHERE person IS NOT NULL;
CREATE INDEX incident_thread ON incident (thread) WHERE thread IS NOT NULL;

-- Stretches in which somebody was online and did nothing for as long as the policy allows, or longer.
CREATE TABLE idle_stretch (
  person {ID} NOT NULL REFERENCES person(id),
  since {INT} NOT NULL,
  until {INT},
  PRIMARY KEY (person, since)
){STRICT};

-- An answer was put off: when, and by which message (R-DESK-08).
ALTER TABLE thread ADD COLUMN promised_at {INT};
ALTER TABLE thread ADD COLUMN promised_seq {INT} NOT NULL DEFAULT 0;
