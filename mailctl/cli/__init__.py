"""Commands: read the arguments, call the core, hand the result to the output."""
