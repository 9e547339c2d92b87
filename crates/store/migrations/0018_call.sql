-- Telephone calls with buyers, and whether what was agreed was confirmed in the chat.

-- number: the platform's order number, phone: digits; '' = not known. direction: in, out. outcome: settled agreed call_again no_answer declined
-- wrong_number. due_at: until when it must be confirmed, none = it need not be. confirmed_seq: the message of the thread that says it.
CREATE TABLE call (
  id {ID} PRIMARY KEY,
  shop {ID} NOT NULL REFERENCES shop(id),
  thread {ID} REFERENCES thread(id),
  number {TEXT} NOT NULL,
  phone {TEXT} NOT NULL,
  direction {TEXT} NOT NULL,
  person {ID} NOT NULL REFERENCES person(id),
  at {INT} NOT NULL,
  secs {INT},
  outcome {TEXT} NOT NULL,
  words {TEXT} NOT NULL,
  agreed {TEXT} NOT NULL,
  due_at {INT},
  confirmed_seq {INT},
  confirmed_by {ID},
  confirmed_at {INT},
  changed_by {ID} NOT NULL,
  changed_at {INT} NOT NULL
){STRICT};
CREATE INDEX call_at ON call (shop, at);
CREATE INDEX call_thread ON call (thread, at);
CREATE INDEX call_open ON call (shop, due_at) WHERE confirmed_seq IS NULL AND due_at IS NOT NULL;
