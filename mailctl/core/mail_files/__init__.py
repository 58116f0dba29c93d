"""Mail in files, taken over and written."""
