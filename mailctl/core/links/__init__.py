"""What a person says and sees of links."""
