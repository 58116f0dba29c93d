"""Pages of text that belong to no one command: `mailctl help TOPIC`."""
