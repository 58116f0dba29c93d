"""Everything as files declare it: compared, made, written down."""
