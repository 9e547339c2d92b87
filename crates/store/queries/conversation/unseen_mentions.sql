SELECT thread, person FROM mention WHERE seen_at IS NULL
