"""A record -> figures; figures and thresholds -> verdicts. One small function for each check."""
