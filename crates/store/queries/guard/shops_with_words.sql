SELECT DISTINCT shop FROM guard_word
