"""Mail providers: which there are, which domains they serve, which one serves an address."""
