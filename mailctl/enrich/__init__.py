"""From a message to what its sender's own, latest signature says of them."""
