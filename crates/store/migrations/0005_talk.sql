-- The talk: which messages use a file, and what one shift leaves to the next.

-- A file goes when no message uses it any more.
CREATE INDEX entry_file ON entry (file) WHERE file IS NOT NULL;
CREATE INDEX mention_unseen ON mention (person) WHERE seen_at IS NULL;

-- Open matters that a person left when going home (R-DESK-10). threads: JSON list of the conversations given to the line.
CREATE TABLE handover (
  id {ID} PRIMARY KEY,
  shop {ID} NOT NULL REFERENCES shop(id),
  line {TEXT},
  person {ID} NOT NULL REFERENCES person(id),
  at {INT} NOT NULL,
  note {TEXT} NOT NULL,
  threads {TEXT} NOT NULL
){STRICT};
CREATE INDEX handover_at ON handover (shop, at);

-- Who has confirmed them.
CREATE TABLE handover_seen (
  handover {ID} NOT NULL REFERENCES handover(id),
  person {ID} NOT NULL REFERENCES person(id),
  at {INT} NOT NULL,
  PRIMARY KEY (handover, person)
){STRICT};
