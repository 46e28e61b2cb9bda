"""What serves every protocol: the live answerer, threads, security, errors, logs and figures."""
