"""Nouns and pure rules: frozen dataclasses, standard library only, no I/O."""
