"""What people write in mail, in many languages: data alone, the code that reads it is above."""
