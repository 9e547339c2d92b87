SELECT id, code, name, zone, settings, secret FROM shop ORDER BY code
