"""What signatures say of contacts: read, proposed, taken over, taken back."""
