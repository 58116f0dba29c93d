"""The verbs: what mailctl does, without a word about how it looks or what speaks to it."""
