"""What scripts may rely on: the types of every result, as JSON Schema."""
