-- Grades of people, second factors, and where a session is used from.

-- junior, middle, senior, manager; none for whoever is not graded.
ALTER TABLE person ADD COLUMN grade {TEXT};

-- First half of the address that a session was last used from, as words for its owner.
ALTER TABLE session ADD COLUMN address {TEXT} NOT NULL DEFAULT '';

-- A person's authenticator (RFC 6238). confirmed_at: none until a first code was right. step: last time step that was used up.
CREATE TABLE totp (
  person {ID} PRIMARY KEY REFERENCES person(id),
  secret {BYTES} NOT NULL,
  created_at {INT} NOT NULL,
  confirmed_at {INT},
  step {INT} NOT NULL
){STRICT};

-- Codes for whoever lost the authenticator, hashed, each good once.
CREATE TABLE recovery_code (
  person {ID} NOT NULL REFERENCES person(id),
  code_hash {BYTES} NOT NULL,
  used_at {INT},
  PRIMARY KEY (person, code_hash)
){STRICT};
