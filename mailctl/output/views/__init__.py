"""What each kind of result looks like: field names here are promises to scripts."""
