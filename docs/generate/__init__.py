"""Makes man pages, the reference and completion scripts from the commands: `make docs`."""
