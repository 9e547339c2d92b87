-- What was forgotten stays forgotten: an order of an erased buyer takes no contacts from a later import; a conversation whose
-- words are gone is not looked at again.
ALTER TABLE orders ADD COLUMN erased_at {INT};
ALTER TABLE conversation ADD COLUMN erased_at {INT};
CREATE INDEX conversation_kept ON conversation (last_at) WHERE erased_at IS NULL;
