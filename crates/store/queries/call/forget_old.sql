UPDATE call SET phone = '', words = '', agreed = '' WHERE at < $1 AND (phone <> '' OR words <> '' OR agreed <> '')
