"""doctor: everything that can be wrong with an installation, looked at and never changed."""
