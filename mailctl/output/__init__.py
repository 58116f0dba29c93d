"""Every way a result leaves the program."""
