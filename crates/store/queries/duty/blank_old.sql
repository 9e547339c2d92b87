UPDATE duty_tick SET words = '', note = '' WHERE at < $1 AND (words <> '' OR note <> '') AND (thread IS NOT NULL OR orders IS NOT NULL)
