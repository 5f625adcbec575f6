"""The command line: issue by hand, serve revocation lists, revoke and hold cards."""
