"""Mail linked to what it is about, and linked anew when that changes."""
