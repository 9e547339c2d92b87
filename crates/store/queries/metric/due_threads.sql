SELECT thread, MIN(due) FROM day_part WHERE due IS NOT NULL GROUP BY thread
