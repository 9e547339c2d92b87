UPDATE worklog SET thread = NULL, seq = 0, orders = NULL, number = '', buyer = NULL WHERE at < $1 AND (thread IS NOT NULL OR orders IS NOT NULL OR buyer IS NOT NULL)
