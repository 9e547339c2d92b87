SELECT secret, confirmed_at, step FROM totp WHERE person = $1
