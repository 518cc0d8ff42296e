"""Forty days of one territoire in a few seconds: real services, real base, real worker, real mail server."""
