"""Grants from OAuth issuers: a person's, or an app's own (RFC 6749, RFC 7523, RFC 8252, RFC 8628).

Nothing is imported here, for oauthlib and jwt cost every start of the program.
"""
